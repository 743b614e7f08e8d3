# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs: terminals, files, ends. With a QEMU that does what each case says."""
import os
import signal
import socket

from bench import Case
from program import PATIENCE, Program, receive

from fvp.mapping import Uart
from fvp.terminals import GREETING, TAGGED, TelnetInput, Terminal

UART = "bp.pl011_uart"
OFF = ["event", "SHUTDOWN", {"guest": True, "reason": "guest-shutdown"}]
EXIT = ("-C", "bp.ve_sysregs.exit_on_shutdown=1")


class Run(Case):
    """A run in the folder of the case."""

    def start(self, *words, **more):
        """The tool as a program."""
        program = Program(self.folder, *words, **more)
        self.addCleanup(program.__exit__)
        return program

    def read(self, name):
        """All of a file."""
        with open(name, "rb") as data:
            return data.read()


    def lines(self, name):
        """Whole lines of a file that may not be there."""
        try:
            return self.read(name).decode().split("\n")[:-1]
        except FileNotFoundError:
            return []

    def appears(self, program, name):
        """Waits for a file that is not empty."""
        while not (os.path.exists(name) and self.read(name)):
            self.assertIsNone(program.process.poll(), program.out)
            os.sched_yield()


class Terminals(Run):
    """Ports and clients."""

    def test_ports(self):
        """each UART has a port, the first free one from start_port"""
        with socket.socket() as busy:
            busy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            busy.bind(("127.0.0.1", 0))
            busy.listen()
            first = busy.getsockname()[1]
            words = [w for n in range(4)
                     for w in ("-C", f"bp.terminal_{n}.start_port={first}")]
            program = self.start(*words, steps=[OFF], *EXIT)
            ports = [program.port(n) for n in range(4)]
            self.assertEqual(len({first, *ports}), 5)
            self.assertTrue(all(p > first for p in ports))
            self.assertEqual(program.end(), 0)

    def test_raw(self):
        """a raw terminal, both ways, and what was sent before"""
        program = self.start("-C", "bp.terminal_0.mode=raw", steps=[
            ["send", "uart0", "early\r\n"], ["wait", "uart0", "go"],
            ["send", "uart0", "late\xff"], ["wait", "uart0", "end"], OFF],
            *EXIT)
        with program.connect(0) as one:
            self.assertEqual(receive(one, b"\n"), b"early\r\n")
            one.sendall(b"go")
            self.assertEqual(receive(one, b"\xff"), b"late\xff")
            one.sendall(b"end")
            self.assertEqual(program.end(), 0)

    def test_late_client(self):
        """who comes late gets what was sent before, once"""
        program = self.start("-C", "bp.terminal_0.mode=raw", "-C",
                             f"{UART}0.out_file=log", *EXIT, steps=[
                                 ["send", "uart0", "early"],
                                 ["wait", "uart0", "1"],
                                 ["send", "uart0", "late"],
                                 ["wait", "uart0", "2"], OFF])
        port = program.port(0)
        self.appears(program, "log")
        with socket.create_connection(("127.0.0.1", port)) as one:
            one.settimeout(PATIENCE)
            self.assertEqual(receive(one, 5), b"early")
            with socket.create_connection(("127.0.0.1", port)) as two:
                one.sendall(b"1")
                self.assertEqual(receive(one, 4), b"late")
                self.assertEqual(receive(two, 4), b"late")
                two.sendall(b"2")
                self.assertEqual(program.end(), 0)

    def test_telnet(self):
        """a telnet terminal, its greeting, quoting and line ends"""
        program = self.start(steps=[
            ["send", "uart1", "a\xffb"], ["wait", "uart1", "x\ry\xff"], OFF],
            *EXIT)
        program.port(0)
        with program.connect(1) as one:
            self.assertEqual(receive(one, len(GREETING) + 4),
                             GREETING + b"a\xff\xffb")
            one.sendall(b"\xff\xfd\x01x\r\n\xff\xfa\x1f\x00\xff\xf0y\xff\xff")
            self.assertEqual(program.end(), 0)

    def test_telnet_input(self):
        """the telnet protocol, byte by byte"""
        for sent, wanted in ((b"abc", b"abc"), (b"\r\0a", b"\ra"),
                             (b"\r\na", b"\ra"), (b"\r\r\n", b"\r\r"),
                             (b"a\xff\xf1b", b"ab"), (b"\xff\xff", b"\xff"),
                             (b"\xff\xfb\x01\xff\xfe\x03z", b"z"),
                             (b"\xff\xfa\x18\xff\xff\x01\xff\xf0z", b"z"),
                             (b"\r\xff\xfb\x01\n", b"\r\n")):
            with self.subTest(sent=sent):
                whole, parts = TelnetInput(), TelnetInput()
                self.assertEqual(whole.feed(sent), wanted)
                self.assertEqual(b"".join(parts.feed(sent[n:n + 1]) for n in
                                          range(len(sent))), wanted)

    def test_clients_come_and_go(self):
        """two clients at once, and one that leaves"""
        program = self.start("-C", "bp.terminal_0.mode=raw", steps=[
            ["wait", "uart0", "12"], ["send", "uart0", "both"],
            ["wait", "uart0", "gone"], ["send", "uart0", "one"],
            ["wait", "uart0", "end"], OFF], *EXIT)
        port = program.port(0)
        one = socket.create_connection(("127.0.0.1", port))
        with socket.create_connection(("127.0.0.1", port)) as two:
            one.sendall(b"12")
            self.assertEqual(receive(one, b"both"), b"both")
            self.assertEqual(receive(two, b"both"), b"both")
            one.close()
            two.sendall(b"gone")
            self.assertEqual(receive(two, b"one"), b"one")
            two.sendall(b"end")
            self.assertEqual(program.end(), 0)

    def test_command(self):
        """terminal_command"""
        program = self.start(
            "-C", "bp.terminal_2.terminal_command=echo '%title' %port > shown",
            "-C", "bp.terminal_3.terminal_command=echo bad > not-shown",
            "-C", "bp.terminal_3.start_telnet=0",
            steps=[["send", "uart0", "x"], ["wait", "uart0", "end"], OFF],
            *EXIT)
        with program.connect(0) as one:
            port = program.port(2)
            self.appears(program, "shown")
            one.sendall(b"end")
            self.assertEqual(program.end(), 0)
        self.assertEqual(self.read("shown"),
                         f"FVP terminal_2 {port}\n".encode())
        self.assertFalse(os.path.exists("not-shown"))

    def test_window(self):
        """a window by default, if there are a display and xterm"""
        for name in ("xterm", "telnet"):
            self.file(name, f'#!/bin/sh\necho "{name} $*" >> shown.$4\n')
            os.chmod(name, 0o755)
        path = self.folder + ":" + os.environ["PATH"]
        for words, more, wanted in (
                ((), {"DISPLAY": ":0", "PATH": path}, {0, 1, 2, 3}),
                ((), {"PATH": path}, set()),
                (("-C", "bp.terminal_1.start_telnet=0"),
                 {"DISPLAY": ":0", "PATH": path}, {0, 2, 3})):
            with self.subTest(words=words, more=more):
                program = self.start(*words, *EXIT, **more, steps=[
                    ["wait", "uart0", "end"], OFF])
                ports = [program.port(n) for n in range(4)]
                while len(self.lines("shown.telnet")) < len(wanted):
                    self.assertIsNone(program.process.poll(), program.out)
                    os.sched_yield()
                with socket.create_connection(("127.0.0.1", ports[0])) as one:
                    one.sendall(b"end")
                    self.assertEqual(program.end(), 0)
                self.assertEqual(
                    sorted(self.lines("shown.telnet")),
                    [f"xterm -title FVP terminal_{n} -e telnet localhost "
                     f"{ports[n]}" for n in sorted(wanted)])
                if wanted:
                    os.unlink("shown.telnet")

    def test_command_ends_with_us(self):
        """a terminal's program does not outlive the run"""
        program = self.start(
            "-C", "bp.terminal_0.terminal_command=echo $$ > pid; exec sleep "
            "1000", steps=[["qmp", "cont"]])
        program.port(3)
        self.appears(program, "pid")
        program.interrupt()
        self.assertEqual(program.end(), 130)
        self.assertRaises(ProcessLookupError, os.kill,
                          int(self.read("pid")), 0)

    def test_quiet(self):
        """quiet terminals, and -q"""
        self.file("bl1", b"x" * 3000)
        words = ("-C", "bp.secureflashloader.fname=bl1", "-C",
                 "bp.terminal_1.quiet=1", *EXIT)
        program = self.start(*words, steps=[OFF])
        self.assertEqual(program.end(), 0)
        self.assertIn(b"bp.secureflashloader: FlashLoader: Loaded 3 kB from "
                      b"file 'bl1'", program.out)
        self.assertNotIn(b"terminal_1:", program.out)
        program = self.start("-q", *words, steps=[OFF])
        self.assertEqual(program.end(), 0)
        self.assertNotIn(b"Loaded", program.out)
        self.assertIn(b"terminal_0: Listening", program.out)


class Files(Run):
    """out_file and in_file."""

    def test_out_file(self):
        """out_file gets all, and a client too"""
        self.file("log", b"old")
        program = self.start("-C", f"{UART}0.out_file=log", "-C",
                             "bp.terminal_0.mode=raw", steps=[
                                 ["send", "uart0", "one\n\xff"],
                                 ["wait", "uart0", "end"], OFF], *EXIT)
        with program.connect(0) as one:
            self.assertEqual(receive(one, 5), b"one\n\xff")
            self.assertEqual(self.read("log"), b"one\n\xff")
            one.sendall(b"end")
            self.assertEqual(program.end(), 0)

    def test_standard_output(self):
        """out_file=-, of two UARTs"""
        program = self.start("-C", f"{UART}0.out_file=-", "-C",
                             f"{UART}1.out_file=-", steps=[
                                 ["send", "uart0", "zero\n"],
                                 ["send", "uart1", "one\n"], OFF], *EXIT)
        self.assertEqual(program.end(), 0)
        self.assertIn(b"zero\n", program.out)
        self.assertIn(b"one\n", program.out)

    def test_shared_file(self):
        """one out_file of two UARTs"""
        program = self.start("-C", f"{UART}0.out_file=log", "-C",
                             f"{UART}1.out_file=log", steps=[
                                 ["send", "uart0", "zero\n"],
                                 ["send", "uart1", "one\n"], OFF], *EXIT)
        self.assertEqual(program.end(), 0)
        self.assertEqual(sorted(self.read("log").split()), [b"one", b"zero"])

    def test_last_words(self):
        """what was on its way when QEMU died is not lost"""
        text = "x" * 100000 + "end"
        program = self.start("-C", f"{UART}0.out_file=log", "-C",
                             f"{UART}3.out_file=log3", steps=[
                                 ["send", "uart0", text],
                                 ["send", "uart3", "last"], ["exit", 3]])
        self.assertEqual(program.end(), 3)
        self.assertEqual(self.read("log"), text.encode())
        self.assertEqual(self.read("log3"), b"last")

    def test_in_file(self):
        """in_file, larger than any buffer"""
        self.file("in", b"y" * 3000000 + b"END")
        program = self.start("-C", f"{UART}2.in_file=in", steps=[
            ["wait", "uart2", "END"], OFF], *EXIT)
        self.assertEqual(program.end(), 0)

    def test_semihosting(self):
        """text by semihosting goes to standard output"""
        os.mkdir("there")
        program = self.start("-C", "cluster0.cpu0.semihosting-cwd=there",
                             steps=[["send", "semihosting", "hi\n"],
                                    ["exit", 7]])
        self.assertEqual(program.end(), 7)
        self.assertIn(b"\nhi\n", program.out)
        self.assertEqual(program.noted()[0]["folder"],
                         os.path.join(os.getcwd(), "there"))

    def test_files_that_cannot_be(self):
        """files that cannot be written or read"""
        for words, sentence in (
                (("-C", f"{UART}0.out_file=no/where"),
                 "bp.pl011_uart0.out_file=no/where: No such file"),
                (("-C", f"{UART}0.in_file=nothing"),
                 "bp.pl011_uart0.in_file: "),
                (("--log", "no/where"), "--log=no/where: No such file")):
            with self.subTest(words=words):
                program = self.start(*words)
                self.assertEqual(program.end(), 1)
                self.assertIn(sentence, program.err.decode())
                self.assertEqual(program.err.count(b"\n"), 1)


class Ends(Run):
    """How a run ends."""

    def test_power_off(self):
        """power-off, with and without exit_on_shutdown"""
        program = self.start(steps=[OFF], *EXIT)
        self.assertEqual(program.end(), 0)
        self.assertEqual(program.commands()[-1], "quit")
        program = self.start(steps=[OFF])
        program.line("the guest has powered off; the run goes on")
        self.assertIsNone(program.process.poll())
        program.interrupt()
        self.assertEqual(program.end(), 130)

    def test_status(self):
        """QEMU's own status"""
        for status in (0, 1, 42):
            program = self.start(steps=[["exit", status]])
            self.assertEqual(program.end(), status)

    def test_eot(self):
        """shutdown_on_eot, and nothing after it"""
        words = ("-C", f"{UART}1.shutdown_on_eot=1", "-C",
                 f"{UART}1.out_file=log")
        program = self.start(*words, steps=[["send", "uart1", "a\x04b"]])
        self.assertEqual(program.end(), 0)
        self.assertEqual(self.read("log"), b"a")
        # Not asked for: EOT is a character.
        program = self.start(*words[2:], *EXIT, steps=[
            ["send", "uart1", "a\x04b"], OFF])
        self.assertEqual(program.end(), 0)
        self.assertEqual(self.read("log"), b"a\x04b")

    def test_tag(self):
        """shutdown_tag, in one piece and in pieces"""
        words = ("-C", f'{UART}0.shutdown_tag="System halted"')
        for pieces in (["xx System halted"], ["Sys", "System ", "hal", "ted"],
                       list("System halted")):
            with self.subTest(pieces=pieces):
                program = self.start(*words, steps=[
                    ["send", "uart0", piece] for piece in pieces])
                self.assertEqual(program.end(), 0)
                self.assertIn(b'UART 0 sent "System halted"', program.out)
        program = self.start(*words, steps=[
            ["send", "uart0", "System"], ["send", "uart1", " halted"],
            ["exit", 9]])
        self.assertEqual(program.end(), 9)

    def test_tag_in_pieces(self):
        """shutdown_tag that is read in pieces"""
        for pieces, wanted in ((("ab", "cab", "cd"), True),
                               (tuple("abcabcd"), True), (("abc", "d"), True),
                               (("abc", "abd"), False), (("xabcdx",), True)):
            with self.subTest(pieces=pieces):
                terminal = Terminal(Uart(0, tag=b"abcd", port=5100),
                                    "127.0.0.1", {})
                for piece in pieces:
                    terminal.far.send(piece.encode())
                    self.assertTrue(terminal.from_guest())
                terminal.far.close()
                self.assertFalse(terminal.from_guest())
                terminal.close()
                self.assertEqual(terminal.ended, TAGGED if wanted else None)

    def test_limits(self):
        """--timelimit, --simlimit"""
        for limit in ("--timelimit", "--simlimit"):
            with self.subTest(limit=limit):
                program = self.start(limit, "0.01", "--stat")
                self.assertEqual(program.end(), 0)
                self.assertIn(b"limit has been exceeded", program.out)
                self.assertIn(b"\nSimulated time ", program.out)
                self.assertIn(b"\nWall time ", program.out)

    def test_signals(self):
        """Ctrl-C and SIGTERM leave nothing behind"""
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            program = self.start(steps=[["qmp", "cont"]])
            program.port(3)
            program.interrupt(number)
            self.assertEqual(program.end(), status)
            # Its end of the pipe is closed: QEMU is gone, too.
            self.assertIn("quit", program.commands())

    def test_flash_is_saved(self):
        """fnameWrite"""
        program = self.start("-C", "bp.flashloader1.fnameWrite=saved", "-C",
                             "bp.flashloader0.fnameWrite=no/where", *EXIT,
                             steps=[OFF])
        self.assertEqual(program.end(), 1)
        self.assertIn(b"cannot be written", program.out)
        saves = [n["arguments"] for n in program.noted()
                 if n.get("execute") == "pmemsave"]
        self.assertEqual(saves, [
            {"val": base, "size": 64 << 20,
             "filename": os.path.join(os.getcwd(), name)}
            for base, name in ((0x08000000, "no/where"),
                               (0x0c000000, "saved"))])

    def test_debugger(self):
        """a GDB server; it waits for the debugger unless with -R"""
        program = self.start("-I", "--iris-port", "7300")
        port = program.line("GDB server").split()[-1]
        program.interrupt()
        self.assertEqual(program.end(), 130)
        words = program.noted()[0]["arguments"]
        self.assertEqual(words[words.index("-gdb") + 1],
                         f"tcp:127.0.0.1:{port}")
        self.assertNotIn("cont", program.commands())
        program = self.start("-RSA", steps=[["qmp", "cont"], ["exit", 0]])
        self.assertEqual(program.end(), 0)
        words = program.noted()[0]["arguments"]
        self.assertTrue(words[words.index("-gdb") + 1].startswith(
            "tcp:0.0.0.0:"))

    def test_qemu_that_cannot_be(self):
        """no QEMU, one that is none, and one that lacks what is asked for"""
        for qemu, words, sentence in (
                ("none", (), "QEMU=none: there is no such program"),
                ("/bin/false", (), "has no machine cca-fvp"),
                (None, ("-C", "TRACE.ToggleMTIPlugin.use_hlt=1"),
                 "this QEMU's cca-fvp has no option trace-hlt=")):
            with self.subTest(qemu=qemu):
                more = {"qemu": qemu} if qemu else {}
                program = self.start(*words, **more)
                self.assertEqual(program.end(), 1)
                self.assertIn(sentence, program.err.decode())
                self.assertEqual(program.err.count(b"\n"), 1)
