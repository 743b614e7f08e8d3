# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of the FVP: which options there are, and reading them."""
import os
import re
import shlex
from dataclasses import dataclass, field

from . import values
from .errors import Refused
from .parameters import Settings, without_model

DEEPEST_CONFIG = 8      # configuration files that name others


@dataclass(frozen=True)
class Option:
    """short and long forms; argument is None or its name in the help."""
    key: str
    short: str
    long: str
    argument: str
    here: str           # what it is here
    refused: str = None     # the reason, if it cannot be given
    ours: bool = False


def _o(short, long, argument, here, refused=None, ours=False):
    return Option(long.replace("-", "_"), short, long, argument, here, refused,
                  ours)


NO_EFFECT = "accepted, no effect"

OPTIONS = (
    _o("C", "parameter", "NAME=VALUE", "sets a parameter; see --list-params"),
    _o("f", "config-file", "FILE", "reads parameters and options, one a line"),
    _o(None, "data", "[PE=]FILE@ADDR", "puts a file into memory at power-on"),
    _o("a", "application", "[PE=]FILE", "an ELF image; PEs start at its entry"),
    _o(None, "start", "[PE=]ADDR", "where PEs start"),
    _o("S", "cadi-server", None, "a GDB server, and no instruction before a "
       "debugger says so, unless with -R"),
    _o("I", "iris-server", None, "the same"),
    _o(None, "iris-port", "PORT", "first port to try for it (7100)"),
    _o("A", "iris-allow-remote", None,
       "terminals and the GDB server listen on all addresses of the host"),
    _o("i", "iris-log", None, NO_EFFECT),
    _o("p", "print-port-number", None, NO_EFFECT + ": it is always printed"),
    _o("R", "run", None, "runs at once, even with a GDB server"),
    _o("b", "break", "[PE=]ADDR", "refused",
       "breakpoints are the debugger's: use -I and gdb"),
    _o(None, "dump", "[PE=]FILE@ADDR,SIZE", "refused",
       "memory is the debugger's: use -I and gdb"),
    _o(None, "stat", None, "prints how long the run took"),
    _o("T", "timelimit", "SECONDS", "ends the run after this time"),
    _o(None, "simlimit", "SECONDS", "ends the run after this simulated time"),
    _o(None, "cpulimit", "SECONDS", "ends the run after this time of the "
       "host's CPUs"),
    _o(None, "cyclelimit", "CYCLES", "refused",
       "cycles are not counted here: use --timelimit or --simlimit"),
    _o("q", "quiet", None, "says less"),
    _o("Q", "quantum", "TICKS", NO_EFFECT),
    _o("M", "min-sync-latency", "TICKS", NO_EFFECT),
    _o("K", "keep-console", None, NO_EFFECT),
    _o("P", "prefix", None, NO_EFFECT),
    _o("L", "cadi-log", None, NO_EFFECT),
    _o("D", "allow-debug-plugin", None, NO_EFFECT),
    _o(None, "check-regs", None, NO_EFFECT),
    _o(None, "log", "FILE", "messages of this tool go to a file"),
    _o("o", "output", "FILE", "lists go to a file"),
    _o(None, "plugin", "FILE", "a QEMU TCG plugin, with FILE,NAME=VALUE"),
    _o(None, "trace-plugin", "FILE", "the same"),
    _o("l", "list-params", None, "lists the parameters"),
    _o(None, "list-instances", None, "lists the instances"),
    _o(None, "list-regs", None, "refused",
       "registers are the debugger's: use -I and gdb"),
    _o(None, "list-memory", None, "lists what --data can reach"),
    _o("h", "help", None, "shows this"),
    _o(None, "version", None, "shows versions"),
    _o(None, "dry-run", None, "prints QEMU's command line, and does not run",
       ours=True),
    _o(None, "strict", None, "makes each warning an error", ours=True),
    _o(None, "qemu-arg", "ARG", "one more argument for QEMU", ours=True),
    _o(None, "list-markdown", None, "the tables of docs/fvp.md", ours=True),
)

BY_LONG = {option.long: option for option in OPTIONS}
BY_SHORT = {option.short: option for option in OPTIONS if option.short}


@dataclass
class Run:
    """All that the command line says."""
    settings: Settings
    flags: set = field(default_factory=set)     # keys without argument
    last: dict = field(default_factory=dict)    # key: its last argument
    every: dict = field(default_factory=dict)   # key: all its arguments
    unknown: list = field(default_factory=list)     # options nobody knows

    def arguments(self, key):
        """All arguments of an option, in order."""
        return self.every.get(key, [])

    def number(self, key):
        """The argument of an option as seconds, or None."""
        text = self.last.get(key)
        if text is None:
            return None
        name = f"--{key.replace('_', '-')}"
        value = values.parse("float", text, None, None, name)
        if not 0 < value < 1e9:
            raise Refused(f"{name}={text}: must be more than 0 seconds")
        return value


class _Reader:
    """Reads words; a configuration file is words, too."""

    def __init__(self, table):
        self.run = Run(Settings(table))
        self.depth = 0

    def take(self, option, argument):
        """Note one option."""
        run = self.run
        if option.refused:
            raise Refused(f"{_name(option)}: {option.refused}")
        if option.argument is None:
            run.flags.add(option.key)
        elif option.key == "parameter":
            run.settings.set(argument)
        elif option.key == "config_file":
            self.config(argument)
        else:
            run.last[option.key] = argument
            run.every.setdefault(option.key, []).append(argument)

    def words(self, words):
        """Read a command line."""
        words = list(words)
        while words:
            word = words.pop(0)
            if word.startswith("--") and len(word) > 2:
                self._long(word[2:], words)
            elif word.startswith("-") and len(word) > 1 and word != "--":
                self._short(word[1:], words)
            elif word != "--":
                self.take(BY_LONG["application"], word)

    def _argument(self, option, words):
        if not words:
            raise Refused(f"{_name(option)}: needs {option.argument}")
        return words.pop(0)

    def _unknown(self, word, words):
        """One that is not known may have an argument, which is no option."""
        if word not in self.run.unknown:
            self.run.unknown.append(word)
        if "=" not in word and words and not words[0].startswith("-"):
            words.pop(0)

    def _long(self, word, words):
        name, equals, argument = word.partition("=")
        option = BY_LONG.get(name)
        if option is None:
            self._unknown("--" + word, words)
        elif option.argument is None:
            if equals:
                raise Refused(f"--{name}: takes no argument")
            self.take(option, None)
        else:
            self.take(option,
                      argument if equals else self._argument(option, words))

    def _short(self, letters, words):
        """-R, -RSp, -Cname=value, -C=name=value, -Q=1000."""
        first = letters
        while letters:
            option, letters = BY_SHORT.get(letters[0]), letters[1:]
            if option is None:
                self._unknown("-" + first, words)
                return
            if option.argument is None:
                self.take(option, None)
                continue
            argument = letters[1:] if letters.startswith("=") else letters
            self.take(option, argument or self._argument(option, words))
            return

    def config(self, path):
        """A configuration file: name=value, or options, one a line."""
        self.depth += 1
        if self.depth > DEEPEST_CONFIG:
            raise Refused(f"-f {path}: configuration files name each other")
        try:
            with open(path, encoding="utf-8") as text:
                lines = text.read().splitlines()
        except (OSError, UnicodeDecodeError) as problem:
            why = getattr(problem, "strerror", None) or "is no text"
            raise Refused(f"-f {path}: {why}") from None
        if any("\0" in line for line in lines):
            raise Refused(f"-f {path}: is no text")
        for number, line in enumerate(lines, 1):
            try:
                self._line(line)
            except Refused as problem:
                raise Refused(f"{path}:{number}: {problem}") from None
        self.depth -= 1

    def _line(self, line):
        line = line.strip()
        if not line or line.startswith("#"):
            return
        if line.startswith("-"):
            try:
                self.words(shlex.split(line, comments=True))
            except ValueError as problem:
                raise Refused(f"{line}: {problem}") from None
            return
        # A comment begins after a blank: '#' may stand in a value.
        quoted = re.match(r'([^="]*=\s*"[^"]*")\s*(#.*)?$', line)
        self.run.settings.set(quoted.group(1) if quoted
                              else re.split(r"\s#", line, maxsplit=1)[0])


def _name(option):
    return f"-{option.short}/--{option.long}" if option.short else (
        f"--{option.long}")


def read(table, words):
    """The Run of a command line."""
    reader = _Reader(table)
    reader.words(words)
    return reader.run


def split_pe(text):
    """([cluster, cpu] or None, rest) of [PE=]REST. cluster and cpu are
    numbers, or None for all of them."""
    text = text.lstrip("=")
    found = re.match(r"([^=@\"/]*cluster[^=@\"/]*)=(.*)$", text, re.DOTALL)
    if not found:
        return None, values.unquoted(text)
    name = without_model(found.group(1))
    where = re.fullmatch(r"cluster(\*|[01])(?:\.cpu(\*|[0-3]))?", name)
    if not where:
        raise Refused(f"{name}: there is no such PE; they are cluster0.cpu0 "
                      "to cluster1.cpu3")
    numbers = [None if part in ("*", None) else int(part)
               for part in where.groups()]
    return numbers, values.unquoted(found.group(2))


def split_at(option, text):
    """(PE or None, file, address) of [PE=]FILE@[SPACE:]ADDR."""
    where, rest = split_pe(text)
    name, at, address = rest.rpartition("@")
    if not at or not name:
        raise Refused(f"{option} {text}: must be [PE=]FILE@ADDR")
    number = values.integer(address.rpartition(":")[2])
    if number is None or not 0 <= number < 1 << 64:
        raise Refused(f"{option} {text}: {address} is no address")
    return where, os.path.expanduser(values.unquoted(name)), number


def usage(program):
    """The text of --help."""
    lines = [f"usage: {program} [OPTION]... [APPLICATION]", "",
             "Takes the command line of Arm's FVP Base RevC 2xAEMvA and runs "
             "QEMU's machine",
             "cca-fvp with it. docs/fvp.md says what differs.", ""]
    for option in OPTIONS:
        left = f"-{option.short}, " if option.short else "    "
        left += f"--{option.long}"
        if option.argument:
            left += " " + option.argument
        text = option.here + (f": {option.refused}" if option.refused else "")
        if option.ours:
            text += " (not an option of the FVP)"
        lines.append(f"  {left:<32} {text}" if len(left) <= 32
                     else f"  {left}\n  {'':<32} {text}")
    return "\n".join(lines) + "\n"
