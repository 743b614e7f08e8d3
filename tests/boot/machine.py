# SPDX-License-Identifier: GPL-2.0-or-later
"""QEMU under test: started with QMP on its standard streams, the console in a
file."""
import json
import os
import subprocess
import time

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
QEMU = os.environ.get("QEMU") or os.path.join(TOP, "build/qemu/qemu-system-aarch64")
# A guard against hangs, not a measure: a loaded machine may need a while.
PATIENCE = 240


class Failure(Exception):
    """What differs from what the test wants."""


def want(condition, text):
    """A check: a false condition ends the case with text as its reason."""
    if not condition:
        raise Failure(text)


class Machine:
    """One QEMU. Stays there after the guest's power-off, for questions."""

    def __init__(self, folder, machine, smp, flash, extra=()):
        self.console_path = os.path.join(folder, "console.log")
        self.errors_path = os.path.join(folder, "stderr.log")
        for path in (self.console_path, self.errors_path):
            with open(path, "wb"):
                pass
        self.deadline = time.monotonic() + PATIENCE
        command = [QEMU, "-M", machine, "-smp", str(smp), "-nodefaults",
                   "-display", "none", "-no-shutdown", "-qmp", "stdio",
                   "-serial", "file:" + self.console_path,
                   *(("-bios", flash) if flash else ()), *extra]
        with open(self.errors_path, "wb") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=errors, text=True, bufsize=1)
        self.events = []
        self._read()
        self.command("qmp_capabilities")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def _read(self):
        line = self.process.stdout.readline()
        if not line.startswith("{"):        # the end, or a last word of GLib's
            self.process.stdout.read()
            with open(self.errors_path, encoding="utf-8") as errors:
                text = errors.read().strip()
            raise Failure(f"QEMU ended with status {self.process.wait()}: "
                          f"{text or line.strip()}")
        return json.loads(line)

    def command(self, name, **arguments):
        """Runs a QMP command and returns its result."""
        request = {"execute": name, "arguments": arguments}
        self.process.stdin.write(json.dumps(request) + "\n")
        while True:
            answer = self._read()
            if "event" in answer:
                self.events.append(answer["event"])
            elif "error" in answer:
                raise Failure(f"{name}: {answer['error']['desc']}")
            elif "return" in answer:
                return answer["return"]

    def knows(self, name):
        """Does this QEMU have the QMP command?"""
        return any(c["name"] == name for c in self.command("query-commands"))

    def console(self):
        """The console so far, as lines."""
        with open(self.console_path, encoding="utf-8", errors="replace") as log:
            return [line.rstrip("\r\n") for line in log.read().split("\n")]

    def wait_for(self, done, what):
        """Waits until done() is true; polls, so that QEMU's death shows."""
        while not done():
            self.command("query-status")
            if time.monotonic() > self.deadline:
                tail = "\n      ".join(self.console()[-6:])
                raise Failure(f"no {what} after {PATIENCE} s; the console ends:"
                              f"\n      {tail}")
            time.sleep(0.02)

    def wait_for_line(self, text):
        """Waits until a console line holds text."""
        self.wait_for(lambda: any(text in line for line in self.console()),
                      f'line "{text}"')

    def wait_for_power_off(self):
        """Waits for the guest's power-off; the machine can still be asked."""
        self.wait_for(lambda: "SHUTDOWN" in self.events, "power-off")

    def quit(self):
        """Ends QEMU and returns its exit status."""
        self.process.stdin.write('{"execute": "quit"}\n')
        self.process.stdin.flush()
        self.process.stdout.read()
        return self.process.wait()
