# SPDX-License-Identifier: GPL-2.0-or-later
"""What the test cases share: a folder with files, and the tool called in this
process."""
import contextlib
import io
import os
import shutil
import tempfile
import unittest

from fvp import mapping, options
from fvp.errors import Refused
from fvp.main import main
from fvp.table import TABLE

TOP = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
TOOL = os.path.join(TOP, "tools/FVP_Base_RevC-2xAEMvA")
FAKE = os.path.join(TOP, "tests/tools/fake-qemu")


class Case(unittest.TestCase):
    """A case in a folder of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="cca-tools-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)

    def file(self, name, content=b"x"):
        """A file of the user's; its name."""
        if isinstance(content, str):
            content = content.encode()
        with open(name, "wb") as out:
            out.write(content)
        return name

    def sparse(self, name, size):
        """A large file that takes no room."""
        with open(name, "wb") as out:
            out.truncate(size)
        return name

    def plan(self, *words):
        """The Plan of a command line."""
        return mapping.plan(options.read(TABLE, words))

    def arguments(self, *words):
        """QEMU's arguments for a command line."""
        return mapping.shown(self.plan(*words))

    def machine(self, *words):
        """The options of -M as a dictionary."""
        return dict(option.split("=", 1)
                    for option in self.plan(*words).machine)

    def values(self, option, *words):
        """What stands after each `option` of QEMU's arguments."""
        got = self.arguments(*words)
        return [got[n + 1] for n, word in enumerate(got) if word == option]

    def tool(self, *words):
        """(status, standard output, standard error) of the tool."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(list(words), os.path.dirname(TOOL))
        return status, out.getvalue(), err.getvalue()

    def refused(self, sentence, *words):
        """The command line is refused with a sentence that holds this."""
        try:
            self.plan(*words)
        except Refused as problem:
            self.assertIn(sentence, str(problem))
            self.assertNotIn("\n", str(problem))
        else:
            self.fail(f"not refused: {words}")
