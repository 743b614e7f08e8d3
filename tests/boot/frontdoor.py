# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/run as a user meets it: own images, wrong images, hangs, Ctrl-C."""
import os
import re
import shutil
import signal
import subprocess
import time

from machine import PATIENCE, QEMU, TOP, want

RUN = os.path.join(TOP, "tools/run")
CONSOLE = os.path.join(TOP, "build/logs/run-console.log")
# B . : a Normal world that does nothing, for ever.
SPIN = (0x14000000).to_bytes(4, "little")


def environment(variables):
    """The caller's environment without what steers tools/run."""
    result = {name: value for name, value in os.environ.items()
              if name not in ("BL1", "FIP", "BL33", "FLASH", "SMP", "DEBUG",
                              "TIMEOUT", "QEMU_ARGS", "MACHINE", "MAKEFLAGS")}
    result.update(QEMU=QEMU, **variables)
    return result


def run(**variables):
    """tools/run with these variables: (exit status, output)."""
    done = subprocess.run([RUN], env=environment(variables), timeout=PATIENCE,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def result_of(output):
    """The text of the summary's line `result`."""
    found = re.search(r"^  result +(.*)$", output, re.MULTILINE)
    want(found, "there is no summary")
    return found.group(1)


def good(**variables):
    """A run that has to end well, with all worlds seen."""
    status, output = run(**variables)
    want(result_of(output) == "ok", f"the result is: {result_of(output)}")
    want(status == 0, f"exit status {status}")
    worlds = re.findall(r"^  (BL1 |BL2 |BL31|realm|BL33 \().* yes$", output,
                        re.MULTILINE)
    want(len(worlds) == 5, f"the summary has {len(worlds)} images, not 5")
    want(re.search(r"power-on to BL33 +\d+ ms", output), "no boot time")
    want(re.search(r"^bl33: runs at EL2 \.\.\. ok", output, re.MULTILINE),
         "the console was not streamed")
    return "all five images, result ok"


def wrong(sentence, **variables):
    """A run that has to end at once, with a sentence and no boot."""
    status, output = run(**variables)
    want(status not in (0, 130), f"exit status {status}")
    want(re.search(sentence, output), f'no sentence "{sentence}" in: {output}')
    want("== booting" not in output, "it boots all the same")
    last = output.strip().splitlines()
    return next(line for line in last if re.search(sentence, line))


def write(folder, name, data):
    """A file of the user's; its path."""
    path = os.path.join(folder, name)
    with open(path, "wb") as out:
        out.write(data)
    return path


def read(path):
    """All bytes of a file."""
    with open(path, "rb") as data:
        return data.read()


def hang(folder):
    """Firmware without an end is ended, with a sentence."""
    status, output = run(BL33=write(folder, "spin.bin", SPIN), TIMEOUT="5")
    want(status == 1, f"exit status {status}")
    want("no end after 5 s" in result_of(output), result_of(output))
    return result_of(output)


def ctrl_c(folder):
    """Ctrl-C on a running boot: a summary, status 130, and no QEMU left."""
    if os.path.exists(CONSOLE):
        os.remove(CONSOLE)
    pid_file = os.path.join(folder, "qemu.pid")
    process = subprocess.Popen(
        [RUN], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
        # A shell's background job, as CI may be one, has it ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        env=environment({"BL33": write(folder, "spin.bin", SPIN),
                         "QEMU_ARGS": f"-pidfile {pid_file}"}))
    deadline = time.monotonic() + PATIENCE
    while not (os.path.exists(CONSOLE) and b"TRP:" in read(CONSOLE)):
        want(process.poll() is None and time.monotonic() < deadline,
             "it did not boot")
        time.sleep(0.05)
    qemu = int(read(pid_file))
    os.killpg(process.pid, signal.SIGINT)
    output = process.communicate(timeout=PATIENCE)[0].decode("utf-8", "replace")
    want(process.returncode == 130, f"exit status {process.returncode}")
    want(result_of(output) == "interrupted", result_of(output))
    want(not os.path.exists(f"/proc/{qemu}"), "QEMU is still there")
    return "interrupted, status 130"


def red():
    """BL33's failures are the run's failure."""
    status, output = run(SMP="1", QEMU_ARGS="-object cca-fault,id=broken,"
                         "site=gpc.verdict,action=wrong-pass,state=ns")
    want(status == 1, f"exit status {status}")
    want(result_of(output).startswith("FAILED"), result_of(output))
    return result_of(output)


def cases(folder, images):
    """(name, function) of each case; images is the folder of our firmware."""
    bl1, fip = f"{images}/bl1.bin", f"{images}/fip.bin"
    flash = f"{images}/flash.bin"
    own = {name: shutil.copy(f"{images}/{name}", f"{folder}/own-{name}")
           for name in ("bl1.bin", "fip.bin", "flash.bin")}
    bl33 = shutil.copy(os.path.join(TOP, "build/firmware/bl33/bl33.bin"),
                       f"{folder}/own-bl33.bin")
    empty = write(folder, "empty.bin", b"")
    short_fip = write(folder, "short-fip.bin", read(fip)[:-1000])
    # A header, one entry of one byte at 56, and no room for the next entry.
    table_fip = write(folder, "table-fip.bin", read(fip)[:32] +
                      (56).to_bytes(8, "little") + (1).to_bytes(8, "little") +
                      bytes(24))
    no_fip = write(folder, "no-fip.bin", b"\0" * 4096)
    short_flash = write(folder, "short-flash.bin", read(flash)[:0x20000])
    cut_flash = write(folder, "cut-flash.bin", read(flash)[:-1000])
    big_bl1 = write(folder, "big-bl1.bin", b"\0" * 0x20001)
    elf = write(folder, "bl33.elf", b"\x7fELF" + b"\0" * 4096)

    return [
        ("tools/run", good),
        ("own BL1 and FIP",
         lambda: good(BL1=own["bl1.bin"], FIP=own["fip.bin"], SMP="1")),
        ("own FIP, our BL1", lambda: good(FIP=own["fip.bin"], SMP="1")),
        ("own flash", lambda: good(FLASH=own["flash.bin"], SMP="2")),
        ("own BL33", lambda: good(BL33=bl33, SMP="1")),
        ("missing FIP", lambda: wrong(r"FIP=.*: there is no such file",
                                      FIP=f"{folder}/none.bin")),
        ("empty BL1", lambda: wrong("BL1=.*: the file is empty", BL1=empty)),
        ("BL1 too large", lambda: wrong(r"BL1: .* at most 131072 fit",
                                        BL1=big_bl1, FIP=fip)),
        ("FIP cut off", lambda: wrong("is cut off: image [0-9]+ of the FIP",
                                      BL1=bl1, FIP=short_fip)),
        ("FIP cut off in its table",
         lambda: wrong("cut off inside the FIP's table", BL1=bl1, FIP=table_fip)),
        ("no FIP", lambda: wrong("is no FIP", BL1=bl1, FIP=no_fip)),
        ("short flash", lambda: wrong("FLASH: .* need more", FLASH=short_flash)),
        ("flash cut off", lambda: wrong("FLASH: .* is cut off", FLASH=cut_flash)),
        ("BL33 as ELF", lambda: wrong("is an ELF file", BL33=elf)),
        ("FLASH= with BL1=", lambda: wrong("give either it or",
                                           FLASH=flash, BL1=bl1)),
        ("FIP= with BL33=", lambda: wrong("give either it or",
                                          FIP=fip, BL33=bl33)),
        ("SMP=0", lambda: wrong("SMP=0 is not a number of PEs", SMP="0")),
        ("SMP=33", lambda: wrong("knows at most 32 PEs", SMP="33")),
        ("a hang is ended", lambda: hang(folder)),
        ("Ctrl-C", lambda: ctrl_c(folder)),
    ]
