# SPDX-License-Identifier: GPL-2.0-or-later
"""The tool itself."""
import os
import shlex
import shutil
import subprocess
import sys

from . import listing, mapping, options, runner
from .errors import Refused
from .table import TABLE

PROGRAM = "FVP_Base_RevC-2xAEMvA"
QEMU = "qemu-system-aarch64"


def find_qemu(here):
    """QEMU, or the reason why there is none. here: the tool's folder."""
    named = os.environ.get("QEMU")
    if named:
        found = shutil.which(named)
        if not found:
            raise Refused(f"QEMU={named}: there is no such program")
        return found
    for path in (os.path.join(here, "../build/qemu", QEMU),
                 os.path.join(here, QEMU)):
        if os.access(path, os.X_OK):
            return os.path.normpath(path)
    found = shutil.which(QEMU)
    if not found:
        raise Refused(f"there is no {QEMU}: run make first, or say QEMU=")
    return found


class Messages:
    """What the tool says, apart from errors."""

    def __init__(self, run):
        self.quiet = "quiet" in run.flags
        self.file = sys.stdout
        if "log" in run.last:
            self.file = open_output("--log", run.last["log"])

    def __call__(self, text, always=False):
        if always or not self.quiet:
            print(text, file=self.file, flush=True)


def open_output(option, path):
    """A text file that is to be written."""
    try:
        return open(path, "w", encoding="utf-8")
    except OSError as problem:
        raise Refused(f"{option}={path}: {problem.strerror}") from None


def lists(run, here):
    """What --list-... and the like print, or None."""
    flags = run.flags
    if "help" in flags:
        return options.usage(PROGRAM)
    if "version" in flags:
        return version(here)
    if "list_params" in flags:
        return listing.parameters(TABLE)
    if "list_instances" in flags:
        return listing.instances(TABLE)
    if "list_memory" in flags:
        return listing.memory(run.settings.get("bp.dram_size") << 30)
    if "list_markdown" in flags:
        return listing.markdown(TABLE)
    return None


def version(here):
    """The text of --version."""
    lines = [f"{PROGRAM}: the FVP's command line on QEMU's machine cca-fvp"]
    try:
        done = subprocess.run([find_qemu(here), "--version"], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              check=False)
        lines += done.stdout.splitlines()[:1]
    except (Refused, OSError) as problem:
        lines.append(str(problem))
    return "\n".join(lines) + "\n"


def warn(run, warnings):
    """Print warnings; with --strict the first one is an error."""
    for text in warnings:
        if "strict" in run.flags:
            raise Refused(text)
        print(f"Warning: {PROGRAM}: {text}", file=sys.stderr, flush=True)


def work(words, here):
    """Do what the command line says; the exit status."""
    run = options.read(TABLE, words)
    text = lists(run, here)
    if text is not None:
        if "output" in run.last:
            with open_output("--output", run.last["output"]) as out:
                out.write(text)
        else:
            sys.stdout.write(text)
        return 0
    if "dry_run" in run.flags:
        plan = mapping.plan(run)
        warn(run, plan.warnings)
        print(shlex.join([QEMU, *mapping.shown(plan)]))
        return 0
    # What is wrong with the command line comes before what is wrong here.
    mapping.plan(run)
    qemu = find_qemu(here)
    plan = mapping.plan(run, runner.ask_properties(qemu))
    warn(run, plan.warnings)
    return runner.execute(plan, run, qemu, Messages(run))


def main(words, here):
    """The whole of the program; the exit status."""
    try:
        return work(words, here)
    except Refused as problem:
        print(f"Error: {PROGRAM}: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
