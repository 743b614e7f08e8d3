# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tool prints: lists, warnings, errors; and its page in docs/."""
import os
import re
import shutil
import subprocess

from bench import FAKE, TOOL, TOP, Case

from fvp import listing, options
from fvp.parameters import FIXED, ID
from fvp.table import TABLE


class Warnings(Case):
    """What is not known, and what is not given."""

    def test_unknown(self):
        """one warning names all that is not known"""
        status, out, err = self.tool(
            "--dry-run", "-C", "bp.nothing=1", "--frobnicate", "-C",
            "bp.dram_sise=4", "-C", "bp.nothing=2")
        self.assertEqual(status, 0)
        self.assertEqual(err, "Warning: FVP_Base_RevC-2xAEMvA: not known here, "
                         "and without effect: --frobnicate, bp.nothing, "
                         "bp.dram_sise (did you mean bp.dram_size?)\n")
        self.assertIn("-M cca-fvp,", out)

    def test_features(self):
        """one warning names all features that are not as asked for"""
        status, _, err = self.tool(
            "--dry-run", "-C", "cluster0.has_amu=1", "-C", "cluster1.has_amu=1",
            "-C", "cluster0.has_brbe=1", "-C", "cluster0.has_arm_v8-4=1",
            "-C", "cluster0.memory_tagging_support_level=2")
        self.assertEqual(status, 0)
        self.assertEqual(err.count("\n"), 1)
        self.assertEqual(err.count("has_amu"), 1)
        for name in ("cluster*.has_amu=1 (", "cluster*.has_brbe=1 (",
                     "memory_tagging_support_level=2 ("):
            self.assertIn(name, err)
        self.assertNotIn("has_arm_v8-4", err)

    def test_strict(self):
        """--strict makes them errors"""
        for name in ("bp.nothing=1", "cluster0.has_amu=1"):
            status, out, err = self.tool("--strict", "--dry-run", "-C", name)
            self.assertEqual((status, out), (1, ""))
            self.assertTrue(err.startswith("Error: "))

    def test_published(self):
        """parameters of published command lines are known"""
        with open(f"{TOP}/tests/tools/published.list", encoding="utf-8") as f:
            lines = [line.rstrip("\n") for line in f if line[0] != "#"]
        self.assertGreater(len(lines), 200)
        for line in lines:
            run = options.read(TABLE, ["-C", line])
            self.assertEqual(run.settings.unknown, [])

    def test_fixed(self):
        """what cannot be given is refused with its reason, for each"""
        seen = 0
        for row in TABLE.rows:
            if row.effect != FIXED:
                continue
            other = next(v for v in (0, 1, 2, True, False, "x")
                         if v not in row.accepts and v != row.default
                         and isinstance(v, bool) == (row.kind == "bool")
                         and isinstance(v, str) == (row.kind == "string"))
            for name in row.names():
                text = f"{name.replace('*', 'x')}={int(other)}" if (
                    other != "x") else f"{name.replace('*', 'x')}=x"
                with self.subTest(text=text):
                    self.refused(row.here, "-C", text)
                    # The FVP's own default is no demand.
                    self.plan("-C", text.partition("=")[0]
                              + f"={int(row.default)}" if row.default != ""
                              else text.partition("=")[0] + "=")
                seen += 1
        self.assertGreater(seen, 30)

    def test_errors(self):
        """errors are one sentence, and the status is 1"""
        for words in (("-C", "bp.dram_size=x"), ("--data", "no@0x80000000"),
                      ("-a", "no.elf"), ("-C",)):
            status, out, err = self.tool(*words)
            self.assertEqual((status, out), (1, ""))
            self.assertRegex(err, r"^Error: FVP_Base_RevC-2xAEMvA: [^\n]+\n$")


class Lists(Case):
    """--list-params and the others."""

    def test_parameters(self):
        """--list-params, in the FVP's shape"""
        _, out, _ = self.tool("--list-params")
        lines = [x for x in out.splitlines() if not x.startswith("#")]
        self.assertEqual(len(lines), len(TABLE.listed()))
        for line in lines:
            self.assertRegex(line, r"^[\w.-]+=(\"[^\"]*\"|\S*) +# \((bool  |"
                             r"int   |string|float ), init-time\) default = "
                             r"'[^']*' +: ")
        self.assertIn("bp.secure_memory=1 ", out)
        self.assertIn("default = '0x498f769b'", out)

    def test_to_a_file(self):
        """-o"""
        status, out, _ = self.tool("-l", "-o", "list")
        self.assertEqual((status, out), (0, ""))
        with open("list", encoding="utf-8") as text:
            self.assertEqual(text.read(), listing.parameters(TABLE))
        self.assertEqual(self.tool("-l", "-o", "no/where")[0], 1)

    def test_others(self):
        """--list-instances, --list-memory, --help, --version"""
        _, out, _ = self.tool("--list-instances")
        for name in ("bp", "bp.terminal_3", "cluster1.cpu3", "pctl",
                     "pci.pci_smmuv3.mmu"):
            self.assertIn(f"\n{name}\n", out)
        _, out, _ = self.tool("--list-memory", "-C", "bp.dram_size=8")
        self.assertIn("DRAM2 (6 GiB)", out)
        _, out, _ = self.tool("--help")
        for option in options.OPTIONS:
            self.assertIn(f"--{option.long}", out)
        status, out, _ = self.tool("--version")
        self.assertEqual(status, 0)
        self.assertIn("FVP_Base_RevC-2xAEMvA", out)


    def test_installed(self):
        """as make install leaves it, QEMU beside it"""
        shutil.copytree(f"{TOP}/tools/fvp", "lib/cca-fvp/fvp")
        os.mkdir("bin")
        shutil.copy(TOOL, "bin/")
        shutil.copy(FAKE, "bin/qemu-system-aarch64")
        variables = {**os.environ, "PATH": "/usr/bin:/bin"}
        variables.pop("QEMU", None)
        done = subprocess.run(["bin/FVP_Base_RevC-2xAEMvA", "--version"],
                              env=variables, text=True, capture_output=True,
                              check=True)
        self.assertIn("QEMU emulator version 10.0.99", done.stdout)
        with open(f"{TOP}/tools/install", encoding="utf-8") as script:
            text = script.read()
        self.assertIn('"$top"/tools/fvp/*.py "$modules/"', text)
        self.assertIn("$prefix/lib/cca-fvp/fvp", text)


class Table(Case):
    """The table of parameters in itself."""

    def test_rows(self):
        """each row says what it is"""
        for row in TABLE.rows:
            with self.subTest(row=row.name):
                self.assertTrue(row.meaning or row.here)
                self.assertEqual(row.accepts is not None,
                                 row.effect in (FIXED, ID))
                if row.effect in (FIXED, ID):
                    self.assertTrue(row.here)
                kind = {"bool": bool, "int": int, "string": str}[row.kind]
                for value in (row.default, *(row.accepts or ())):
                    self.assertIsInstance(value, kind)
                self.assertLess(len(row.meaning), 60)

    def test_docs(self):
        """docs/fvp.md has the tables that the tool makes"""
        with open(f"{TOP}/docs/fvp.md", encoding="utf-8") as page:
            text = page.read()
        for part in listing.markdown(TABLE).split("\n\n"):
            self.assertIn(part.strip(), text, "run tools/"
                          "FVP_Base_RevC-2xAEMvA --list-markdown and take it "
                          "over")

    def test_regions(self):
        """--list-memory is the machine's map"""
        with open(f"{TOP}/hw/arm/cca-virt/fvp-map.c", encoding="utf-8") as c:
            there = dict(re.findall(
                r'\{ "([\w-]+)",\s+(0x[0-9a-f]+), ', c.read()))
        from fvp.images import DRAM1, DRAM2, MEMORY
        wanted = {"rom", "sram", "trusted-dram", "flash0", "flash1", "psram",
                  "vram", "nsram"}
        self.assertEqual({int(there[name], 16) for name in wanted},
                         {base for _, base, _ in MEMORY})
        self.assertEqual(int(there["dram1"], 16), DRAM1)
        self.assertEqual(int(there["dram2"], 16), DRAM2)
