# SPDX-License-Identifier: GPL-2.0-or-later
"""Command lines that nobody would write end in QEMU's, or in one sentence."""
import os
import random

from bench import Case

from fvp.table import TABLE

VALUES = ("0", "1", "2", "3", "-1", "0x10", "", "x", "file", "folder", "config",
          "tree", '"a b"', "0.0.0.0", "*.*.*.*", "8022=22", "[", "%", "\xff",
          "9" * 20, "1e5", "nan", ",", "=", '"', "-", "10.0.0.0/8",
          "0x80000000", "4,4")
OPTIONS = ("-C", "-f", "--data", "-a", "--start", "-S", "-I", "--iris-port",
           "--timelimit", "--plugin", "--stat", "-q", "-Q", "-R", "--frob",
           "-Z", "--qemu-arg", "-Cx", "--", "-", "--=", "--data=", "-a=", "-=",
           "-CC")
PES = ("", "cluster0.cpu0=", "cluster*.cpu*=", "=", "cluster9=")


class Random(Case):
    """Words by chance, always the same."""

    def words(self, chance):
        """A command line."""
        result = []
        names = [name for name, _ in TABLE.listed()]
        for _ in range(chance.randint(0, 6)):
            kind, value = chance.random(), chance.choice(VALUES)
            if kind < 0.6:
                result += ["-C", f"{chance.choice(names)}={value}"]
            elif kind < 0.8:
                result += [chance.choice(OPTIONS), value]
            elif kind < 0.9:
                result += ["--data", chance.choice(PES) + value
                           + chance.choice("@ ").strip()
                           + chance.choice(VALUES)]
            else:
                result.append(chance.choice(VALUES + OPTIONS))
        return result

    def test_random(self):
        """2000 command lines by chance"""
        self.file("file", b"x" * 100)
        self.file("config", "bp.dram_size=4\n")
        self.file("tree", '{"rootport/a": {"device": 1}}')
        os.mkdir("folder")
        chance = random.Random(1)
        ends = {0: 0, 1: 0}
        for _ in range(2000):
            words = self.words(chance)
            status, out, err = self.tool("--dry-run", *words)
            ends[status] += 1
            self.assertEqual(bool(out), status == 0, words)
            self.assertEqual(err.count("Error: "), status, words)
            if status:
                self.assertRegex(err, r"^Error: [^\n]+\n$", words)
        self.assertGreater(min(ends.values()), 200)
