# SPDX-License-Identifier: GPL-2.0-or-later
"""Reading the command line and configuration files."""
from bench import Case

from fvp import options
from fvp.table import TABLE


def dram(*words):
    """bp.dram_size of a command line."""
    return options.read(TABLE, words).settings.get("bp.dram_size")


class Options(Case):
    """All forms of options."""

    def test_forms_of_a_parameter(self):
        """a parameter in all its forms"""
        for words in (("-C", "bp.dram_size=8"), ("-Cbp.dram_size=8",),
                      ("-C=bp.dram_size=8",),
                      ("--parameter", "bp.dram_size=8"),
                      ("--parameter=bp.dram_size=8",),
                      ("-C", "bp.dram_size=0x8"), ("-C", "bp.dram_size=0X8"),
                      ("-C", "bp.dram_size=008"), ("-C", 'bp.dram_size="8"'),
                      ("-C", "FVP_Base_RevC_2xAEMvA.bp.dram_size=8"),
                      ("-C", "FVP_Base_RevC-2xAEMvA.bp.dram_size=8"),
                      ("-C", "bp.dram_size=2", "-C", "bp.dram_size=8")):
            with self.subTest(words=words):
                self.assertEqual(dram(*words), 8)

    def test_booleans(self):
        """booleans"""
        for text, value in (("1", True), ("true", True), ("0", False),
                            ("False", False), ("0x1", True), ("off", False)):
            with self.subTest(text=text):
                run = options.read(TABLE, ["-C", f"bp.secure_memory={text}"])
                self.assertIs(run.settings.get("bp.secure_memory"), value)

    def test_short_ones_together(self):
        """short options together"""
        run = options.read(TABLE, ["-RSp", "-Q", "1000", "-Q=100", "-q"])
        self.assertEqual(run.flags, {"run", "cadi_server", "print_port_number",
                                     "quiet"})
        self.assertEqual(run.arguments("quantum"), ["1000", "100"])

    def test_unknown_ones(self):
        """unknown options take their argument along"""
        run = options.read(TABLE, ["--frob", "12", "--nab=3", "--stat", "-Z",
                                   "-C", "a.b=1", "-C", "a.b=2"])
        self.assertEqual(run.unknown, ["--frob", "--nab=3", "-Z"])
        self.assertEqual(run.settings.unknown, ["a.b"])
        self.assertEqual(run.flags, {"stat"})
        self.assertEqual(run.arguments("application"), [])

    def test_application_without_option(self):
        """an application without -a"""
        run = options.read(TABLE, ["image.axf", "--stat"])
        self.assertEqual(run.arguments("application"), ["image.axf"])

    def test_data(self):
        """where --data says that a file goes"""
        for text, wanted in (
                ("a@0x80", (None, "a", 0x80)),
                ("=a@128", (None, "a", 128)),
                ("cluster0.cpu0=a@0x80", ([0, 0], "a", 0x80)),
                ('cluster0.cpu0="a b"@0x80', ([0, 0], "a b", 0x80)),
                ("cluster1.cpu*=a@0x80", ([1, None], "a", 0x80)),
                ("cluster*.cpu*=a@S:0x80", ([None, None], "a", 0x80)),
                ("FVP_Base_RevC_2xAEMvA.cluster0.cpu0=a@1", ([0, 0], "a", 1)),
                ("a@b=c@2", (None, "a@b=c", 2))):
            with self.subTest(text=text):
                self.assertEqual(options.split_at("--data", text), wanted)

    def test_malformed(self):
        """malformed options, one sentence each"""
        self.file("a")
        for sentence, *words in (
                ("-C/--parameter: needs NAME=VALUE", "-C"),
                ("-C bp.dram_size: must be name=value", "-C", "bp.dram_size"),
                ("-C =4: must be name=value", "-C", "=4"),
                ("--stat: takes no argument", "--stat=1"),
                ("bp.dram_size=x: must be a number", "-C", "bp.dram_size=x"),
                ("bp.dram_size=1_0: must be a number", "-C",
                 "bp.dram_size=1_0"),
                ("bp.dram_size=1: must be 2 to 32", "-C", "bp.dram_size=1"),
                ("bp.dram_size=33: must be 2 to 32", "-C", "bp.dram_size=33"),
                ("bp.secure_memory=2: must be 0 or 1",
                 "-C", "bp.secure_memory=2"),
                ("bp.secure_memory=: must be 0 or 1",
                 "-C", "bp.secure_memory="),
                ("--data a: must be [PE=]FILE@ADDR", "--data", "a"),
                ("--data a@z: z is no address", "--data", "a@z"),
                ("--data a@-1: -1 is no address", "--data", "a@-1"),
                ("cluster2.cpu0: there is no such PE",
                 "--data", "cluster2.cpu0=a@1"),
                ("cluster0.cpu4: there is no such PE",
                 "-a", "cluster0.cpu4=a"),
                ("--break: breakpoints are the debugger's", "-b", "0x80"),
                ("--cyclelimit: cycles are not counted", "--cyclelimit", "10"),
                ("--list-regs: registers are the debugger's", "--list-regs")):
            with self.subTest(words=words):
                self.refused(sentence, *words)

    def test_limits(self):
        """limits must be times"""
        for text in ("0", "-1", "x", "nan", "inf", ""):
            with self.subTest(text=text):
                with self.assertRaises(options.Refused):
                    options.read(TABLE, ["--timelimit", text]).number(
                        "timelimit")
        run = options.read(TABLE, ["--timelimit", "0.5", "-T", "2"])
        self.assertEqual(run.number("timelimit"), 2)


class ConfigFiles(Case):
    """-f"""

    def read(self, text):
        """The Run of a configuration file."""
        self.file("config", text)
        return options.read(TABLE, ["-f", "config"])

    def test_all_kinds_of_lines(self):
        """lines of a configuration file"""
        run = self.read("""# a comment
bp.dram_size=8

cluster0.NUM_CORES=2   # (int, init-time) default = '4' : comment
-C cluster1.NUM_CORES=2
--parameter=bp.secure_memory=0   # comment
bp.pl011_uart0.shutdown_tag="halted # now" # comment
bp.flashloader0.fname=a#b.bin
FVP_Base_RevC_2xAEMvA.bp.virtio_rng.enabled=1
--data cluster0.cpu0="my image"@0x80000000
-Q 1000
who.knows=1
""")
        settings = run.settings
        for name, value in (("bp.dram_size", 8), ("cluster0.NUM_CORES", 2),
                            ("cluster1.NUM_CORES", 2),
                            ("bp.secure_memory", False),
                            ("bp.pl011_uart0.shutdown_tag", "halted # now"),
                            ("bp.flashloader0.fname", "a#b.bin"),
                            ("bp.virtio_rng.enabled", True)):
            self.assertEqual(settings.get(name), value, name)
        self.assertEqual(run.arguments("data"),
                         ["cluster0.cpu0=my image@0x80000000"])
        self.assertEqual(settings.unknown, ["who.knows"])

    def test_order(self):
        """the command line and files in their order"""
        self.file("config", "bp.dram_size=8\n")
        self.assertEqual(dram("-f", "config", "-C", "bp.dram_size=2"), 2)
        self.assertEqual(dram("-C", "bp.dram_size=2", "-f", "config"), 8)

    def test_own_list(self):
        """what --list-params prints, read again, changes nothing"""
        status, text, _ = self.tool("--list-params")
        self.assertEqual(status, 0)
        plan = self.plan("-f", self.file("list", text))
        self.assertEqual(plan.warnings, [])
        self.assertIn("rme=off", plan.machine)
        self.assertEqual(plan.uarts, self.plan().uarts)

    def test_errors(self):
        """errors tell file and line"""
        for sentence, text in (
                ("config:2: bp.dram_size=q: must be a number",
                 "# one\nbp.dram_size=q\n"),
                ("config:1: -C hello: must be name=value", "hello\n"),
                ("config:1: -C \"a: No closing quotation", "-C \"a\n"),
                ("configuration files name each other", "-f config\n"),
                ("-f other: No such file", "-f other\n")):
            with self.subTest(text=text):
                self.file("config", text)
                self.refused(sentence, "-f", "config")
        self.file("config", b"\xff\xfe")
        self.refused("-f config: is no text", "-f", "config")
        self.file("config", b"bp.mmc.p_mmc_file=a\0b")
        self.refused("-f config: is no text", "-f", "config")
