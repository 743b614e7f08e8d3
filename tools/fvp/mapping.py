# SPDX-License-Identifier: GPL-2.0-or-later
"""From the FVP's parameters to QEMU's arguments."""
import os
import re
from dataclasses import dataclass, field

from . import cpu, images, network, pci, smmu
from .errors import Refused
from .options import split_at, split_pe
from .parameters import ID

UARTS = 4
LONGEST_TAG = 4096
KEY_WORDS = 8


@dataclass
class Uart:
    """A UART and its terminal."""
    number: int
    out_file: str = ""      # "-": standard output
    in_file: str = ""
    eot: bool = False
    tag: bytes = b""
    telnet: bool = True     # or raw
    start: bool = True      # a window
    command: str = ""
    port: int = 5000
    quiet: bool = False


@dataclass
class Plan:
    """A run of QEMU."""
    machine: list = field(default_factory=list)     # options of -M
    arguments: list = field(default_factory=list)
    uarts: list = field(default_factory=list)
    loads: list = field(default_factory=list)       # of ELF images and --data
    infos: list = field(default_factory=list)
    warnings: list = field(default_factory=list)
    save_flash: list = field(default_factory=list)  # (file, base)
    loose: list = field(default_factory=list)       # cables to nowhere
    semihosting: bool = False
    folder: str = ""        # where QEMU runs; "" is here
    exit_on_shutdown: bool = False

    def add(self, *words):
        """More arguments."""
        self.arguments.extend(words)


def escaped(text):
    """text as a value in QEMU's comma-separated options."""
    return text.replace(",", ",,")


def path(text):
    """A file as QEMU gets it, wherever QEMU runs."""
    return os.path.abspath(os.path.expanduser(text))


def plan(run, properties=None):
    """The Plan of a command line. properties: names of the machine's
    properties, if QEMU could be asked."""
    result = Plan()
    settings = run.settings
    result.add("-nodefaults", "-no-user-config", "-display", "none",
               "-audiodev", "none,id=fvp-audio")
    result.machine.append("audiodev=fvp-audio")
    pes = cpu.Pes(settings)
    _memory(result, settings)
    _images(result, run, pes)
    pes.arguments(result, run)
    result.add(*smmu.arguments(settings))
    _disks(result, settings)
    network.arguments(result, settings)
    pci.arguments(result, settings)
    _semihosting(result, settings)
    _plugins(result, run)
    _uarts(result, settings)
    _warnings(result, run)
    result.add(*run.arguments("qemu_arg"))
    result.exit_on_shutdown = settings.get("bp.ve_sysregs.exit_on_shutdown")
    if properties is not None:
        _check_properties(result, properties)
    return result


# What only a newer cca-fvp may have.
OPTIONAL = ("trace-hlt",)


def _check_properties(result, properties):
    for option in result.machine:
        name = option.partition("=")[0]
        if name in OPTIONAL and name not in properties:
            raise Refused(f"this QEMU's cca-fvp has no option {name}=, which "
                          f"{option} needs")


def _memory(result, settings):
    size = settings.get("bp.dram_size")
    result.add("-m", f"{size}G")
    secure = settings.get("bp.secure_memory")
    result.machine.append(f"secure-memory={'on' if secure else 'off'}")
    if settings.given("bp.refcounter.base_frequency"):
        hertz = settings.get("bp.refcounter.base_frequency")
        result.machine.append(f"refcounter-frequency={hertz}")
    _key(result, settings)


def _key(result, settings):
    """The hash of the root key: words, each with its first byte last."""
    name = "bp.trusted_key_storage.public_key"
    text = settings.get(name)
    if not text:
        return
    words = text.split()
    if len(words) != KEY_WORDS or not all(
            re.fullmatch("(0x)?[0-9a-fA-F]{8}", word) for word in words):
        raise Refused(f"{name}={text}: must be {KEY_WORDS} words of 8 "
                      "hexadecimal digits")
    digits = "".join(bytes.fromhex(word[-8:])[::-1].hex() for word in words)
    result.add("-global", f"cca-fvp-keys.public-key-hash={digits}")


def _kib(size):
    return f"{size // 1000 // 1000} MB" if size >= 1 << 20 else (
        f"{size // 1000} kB")


def _images(result, run, pes):
    settings = run.settings
    loads = []

    def flash(instance, option, base):
        name = f"bp.{instance}.fname"
        file = settings.get(name)
        if not file:
            return
        load = images.image(name, path(file), base, images.FLASH_SIZE)
        loads.append(load)
        option(load.file)
        result.infos.append(
            f"FVP_Base_RevC_2xAEMvA.bp.{instance}: FlashLoader: Loaded "
            f"{_kib(load.size)} from file '{file}'")

    flash("secureflashloader", lambda file: result.add("-bios", file),
          images.ROM_BASE)
    for number, base in enumerate(images.FLASH_BASES):
        flash(f"flashloader{number}",
              lambda file, n=number: result.machine.append(
                  f"flash{n}={escaped(file)}"), base)
        save = settings.get(f"bp.flashloader{number}.fnameWrite")
        if save:
            result.save_flash.append((path(save), base))
    for text in run.arguments("data"):
        where, file, base = split_at("--data", text)
        pes.named("--data", text, where)
        load = images.image("--data", path(file), base, 1 << 64)
        loads.append(load)
        result.loads.append(load)
    for text in run.arguments("application"):
        where, file = split_pe(text)
        pes.named("-a", text, where)
        entry, parts = images.elf("-a", path(file))
        pes.enter(f"-a {text}", entry)
        loads.extend(parts)
        result.loads.extend(parts)
    images.check(loads, settings.get("bp.dram_size") << 30)


def _disks(result, settings):
    disk = settings.get("bp.virtioblockdevice.image_path")
    if disk:
        file = path(disk)
        images.size_of("bp.virtioblockdevice.image_path", file)
        only = settings.get("bp.virtioblockdevice.read_only")
        if not only and not os.access(file, os.W_OK):
            raise Refused(f"bp.virtioblockdevice.image_path: {file} cannot be "
                          "written, and bp.virtioblockdevice.read_only=1 is "
                          "not given")
        result.add("-drive", f"id=fvp-disk,if=none,format=raw,"
                   f"file={escaped(file)}" + (",readonly=on" if only else ""),
                   "-device",
                   "virtio-blk-device,drive=fvp-disk,bus=virtio-mmio-bus.0")
    folder = settings.get("bp.virtiop9device.root_path")
    if folder:
        folder = path(folder)
        if not os.path.isdir(folder):
            raise Refused(f"bp.virtiop9device.root_path: {folder} is no folder")
        tag = settings.get("bp.virtiop9device.mount_tag")
        result.add("-fsdev", f"local,id=fvp-share,security_model=none,"
                   f"path={escaped(folder)}", "-device",
                   "virtio-9p-device,fsdev=fvp-share,"
                   f"mount_tag={escaped(tag)},bus=virtio-mmio-bus.1")
    if settings.get("bp.virtio_rng.enabled"):
        result.add("-device", "virtio-rng-device,bus=virtio-mmio-bus.3")
    if settings.given("bp.virtio_rng.seed"):
        result.add("-seed", str(settings.get("bp.virtio_rng.seed")))
    if settings.given("bp.mmc.p_mmc_file") and settings.get(
            "bp.mmc.p_mmc_file"):
        card = path(settings.get("bp.mmc.p_mmc_file"))
        images.size_of("bp.mmc.p_mmc_file", card)
        result.add("-drive", f"if=sd,format=raw,file={escaped(card)}")


def _semihosting(result, settings):
    on = {s.name: s.value for s in settings.matching("*semihosting-enable")}
    if len(set(on.values())) > 1:
        raise Refused("semihosting-enable: all PEs have semihosting, or none")
    if not next(iter(on.values()), True):
        return
    result.semihosting = True
    lines = {s.value for s in settings.matching("*.semihosting-cmd_line")
             if s.value}
    if len(lines) > 1:
        raise Refused("semihosting-cmd_line: all PEs have the same command "
                      "line here")
    # A comma is doubled, and a blank separates arguments as it does there.
    words = lines.pop().split() if lines else []
    result.add("-semihosting-config", ",".join(
        ["enable=on", "target=native", "chardev=semihosting",
         *(f"arg={escaped(word)}" for word in words)]))
    folders = {s.value for s in settings.matching("*semihosting-cwd")
               if s.value}
    if len(folders) > 1:
        raise Refused("semihosting-cwd: all PEs have the same folder here")
    if folders:
        result.folder = path(folders.pop())
        if not os.path.isdir(result.folder):
            raise Refused(f"semihosting-cwd: {result.folder} is no folder")


# Those of the FVP's own plugins that the machine makes superfluous.
BUILT_IN = ("ScalableVectorExtension", "ToggleMTIPlugin", "ETMv4ExamplePlugin")


def _plugins(result, run):
    for text in run.arguments("plugin") + run.arguments("trace_plugin"):
        file, comma, rest = text.partition(",")
        name = os.path.splitext(os.path.basename(file))[0]
        if name in BUILT_IN:
            continue
        try:
            with open(path(file), "rb") as data:
                ours = b"qemu_plugin_version" in data.read()
        except OSError as problem:
            if not re.search("[Tt]race|MTI", name):
                raise Refused(f"--plugin {file}: {problem.strerror}") from None
            ours = False
        if not ours:
            raise Refused(f"--plugin {file}: is no QEMU TCG plugin, and the "
                          "FVP's own cannot be loaded; docs/fvp.md has what "
                          "counts and traces here")
        result.add("-plugin", escaped(path(file)) + comma + rest)


def _uarts(result, settings):
    for number in range(UARTS):
        def get(name, instance=f"bp.pl011_uart{number}"):
            return settings.get(f"{instance}.{name}")

        terminal = f"bp.terminal_{number}"
        mode = get("mode", terminal)
        if mode not in ("telnet", "raw"):
            raise Refused(f"{terminal}.mode={mode}: must be telnet or raw")
        tag = get("shutdown_tag").encode()
        if len(tag) > LONGEST_TAG:
            raise Refused(f"bp.pl011_uart{number}.shutdown_tag: is longer than "
                          f"{LONGEST_TAG} bytes")
        uart = Uart(number, get("out_file"), get("in_file"),
                    get("shutdown_on_eot"), tag, mode == "telnet",
                    get("start_telnet", terminal),
                    get("terminal_command", terminal),
                    get("start_port", terminal), get("quiet", terminal))
        if uart.in_file:
            images.size_of(f"bp.pl011_uart{number}.in_file", path(uart.in_file))
        result.uarts.append(uart)


def _warnings(result, run):
    unknown = []
    for name in run.settings.unknown:
        near = run.settings.table.like(name)
        unknown.append(name + (f" (did you mean {near}?)" if near else ""))
    unknown = run.unknown + unknown
    if unknown:
        result.warnings.append("not known here, and without effect: "
                               + ", ".join(unknown))
    differs = {}
    for setting in run.settings.of_effect(ID):
        if setting.value not in setting.parameter.accepts:
            name = re.sub(r"^cluster[01]\.", "cluster*.", setting.name)
            name = re.sub(r"\.cpu[0-3]\.", ".cpu*.", name)
            differs[f"{name}={setting.text}"] = setting.parameter.here
    if differs:
        result.warnings.append(
            "not as asked for, and ID registers say so: " + "; ".join(
                f"{name} ({why})" for name, why in differs.items()))


def machine_words(result):
    """-M and what follows."""
    return ["-M", ",".join(["cca-fvp", *result.machine])]


def load_words(load, file=None):
    """-device of one load. file: what QEMU opens, if not the load's own."""
    return ["-device", f"cca-fvp-load,file={escaped(file or load.file)},"
            f"addr={load.base:#x}"]


def wires(result, descriptor):
    """Arguments for UARTs, semihosting, cables and QMP. descriptor(name) is the
    file descriptor, or for people a word, of a socket."""
    names = [f"uart{uart.number}" for uart in result.uarts]
    if result.semihosting:
        names.append("semihosting")
    words = []
    for name in [*names, "qmp"]:
        words += ["-chardev", f"socket,id={name},fd={descriptor(name)}"]
    for uart in result.uarts:
        words += ["-serial", f"chardev:uart{uart.number}"]
    for name in result.loose:
        words += ["-netdev", f"dgram,id={name},local.type=fd,"
                  f"local.str={descriptor(name)}"]
    return words + ["-mon", "chardev=qmp,mode=control"]


def shown(result):
    """The whole command line for people: without what only a run has."""
    words = machine_words(result) + list(result.arguments)
    words += wires(result, lambda name: f"({name})")
    for load in result.loads:
        words += load_words(load, None if load.file else load.what)
    return words
