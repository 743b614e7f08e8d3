# SPDX-License-Identifier: GPL-2.0-or-later
"""UARTs as the FVP shows them: each on a port of its own, for telnet or for
raw connections, and in a file if one was named."""
import collections
import errno
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys

from .errors import Refused

# What a client that comes late still gets, and what one that does not read
# may be behind.
BACKLOG = 1 << 20
# What a guest that does not read may be behind.
INPUT_MOST = 1 << 16
PORTS_TRIED = 1000
CHUNK = 1 << 16
EOT = b"\x04"
ENDED, TAGGED = "EOT", "shutdown tag"

IAC, SB, SE, FIRST_NEGOTIATION, LAST_NEGOTIATION = 255, 250, 240, 251, 254
# WILL ECHO, WILL SUPPRESS-GO-AHEAD, DO SUPPRESS-GO-AHEAD, DO and WILL BINARY:
# a character at a time, as it is.
GREETING = bytes([IAC, 251, 1, IAC, 251, 3, IAC, 253, 3, IAC, 253, 0,
                  IAC, 251, 0])


class TelnetInput:
    """Takes the protocol out of what a telnet client sends."""

    def __init__(self):
        self._state = "data"

    def feed(self, data):
        """The characters in data."""
        out = bytearray()
        for byte in data:
            out += self._byte(byte)
        return bytes(out)

    def _byte(self, byte):
        state, self._state = self._state, "data"
        if state == "data" and byte != IAC:
            self._state = "return" if byte == 13 else "data"
            return bytes([byte])
        if state == "return" and byte in (0, 10):
            return b""      # CR NUL and CR LF are the return key
        if state in ("data", "return"):
            if byte != IAC:
                self._state = "return" if byte == 13 else "data"
                return bytes([byte])
            self._state = "command"
        elif state == "command":
            if byte == IAC:
                return b"\xff"
            if byte == SB:
                self._state = "sub"
            elif FIRST_NEGOTIATION <= byte <= LAST_NEGOTIATION:
                self._state = "option"
        elif state == "sub":
            self._state = "sub-command" if byte == IAC else "sub"
        elif state == "sub-command" and byte != SE:
            self._state = "sub"
        return b""


class Client:
    """Someone connected to a terminal."""

    def __init__(self, connection, telnet):
        connection.setblocking(False)
        self.connection = connection
        self.input = TelnetInput() if telnet else None
        self.pending = bytearray(GREETING if telnet else b"")
        self.gone = False

    def send(self, data):
        """Queue what the UART sent."""
        if self.input:
            data = data.replace(b"\xff", b"\xff\xff")
        self.pending += data
        del self.pending[:max(0, len(self.pending) - BACKLOG)]

    def flush(self):
        """Send what goes without waiting."""
        try:
            while self.pending:
                del self.pending[:self.connection.send(self.pending[:CHUNK])]
        except BlockingIOError:
            pass
        except OSError:
            self.gone = True

    def receive(self):
        """What it typed; notes its end."""
        try:
            data = self.connection.recv(CHUNK)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        self.gone = self.gone or not data
        return self.input.feed(data) if self.input else data


class Output:
    """Standard output or a file; several UARTs may share one."""

    def __init__(self, option, path):
        try:
            self.file = (sys.stdout.buffer if path == "-"
                         else open(path, "wb", buffering=0))
        except OSError as problem:
            raise Refused(f"{option}={path}: {problem.strerror}") from None

    def write(self, data):
        """Write at once. Nobody there to read is no reason to stop."""
        try:
            self.file.write(data)
            self.file.flush()
        except (BrokenPipeError, BlockingIOError):
            pass


class Terminal:
    """One UART: its wire to QEMU, its port, its clients, its file."""

    def __init__(self, uart, address, outputs):
        self.uart = uart
        self.wire, self.far = socket.socketpair()
        self.wire.setblocking(False)
        self.clients = []
        self.backlog = collections.deque()
        self.held = 0
        self.typed = bytearray()
        self.seen = b""
        self.ended = None       # ENDED or TAGGED
        self.output = None
        self.commands = []
        if uart.out_file:
            if uart.out_file not in outputs:
                outputs[uart.out_file] = Output(
                    f"bp.pl011_uart{uart.number}.out_file", uart.out_file)
            self.output = outputs[uart.out_file]
        if uart.in_file:
            with open(uart.in_file, "rb") as data:
                self.typed += data.read()
        self.listener = self._listen(address)
        self.port = self.listener.getsockname()[1]

    def _listen(self, address):
        for port in range(self.uart.port, min(self.uart.port + PORTS_TRIED,
                                              65536)):
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((address, port))
                listener.listen()
            except OSError as problem:
                listener.close()
                if problem.errno in (errno.EADDRINUSE, errno.EACCES):
                    continue
                raise Refused(f"terminal_{self.uart.number}: port {port}: "
                              f"{problem.strerror}") from None
            listener.setblocking(False)
            return listener
        raise Refused(f"bp.terminal_{self.uart.number}.start_port="
                      f"{self.uart.port}: no port is free from there")

    def show(self):
        """Open the window, if one is wanted and there can be one."""
        if not self.uart.start:
            return
        title = f"FVP terminal_{self.uart.number}"
        command = self.uart.command
        if command:
            command = command.replace("%port", str(self.port)).replace(
                "%title", title)
        elif os.environ.get("DISPLAY") and shutil.which("xterm") and (
                shutil.which("telnet")):
            command = (f"exec xterm -title {shlex.quote(title)} -e telnet "
                       f"localhost {self.port}")
        else:
            return
        try:
            self.commands.append(subprocess.Popen(
                ["/bin/sh", "-c", command], stdin=subprocess.DEVNULL,
                start_new_session=True))
        except OSError:
            pass                # a terminal less is no reason to stop

    def accept(self):
        """Let a client in; it gets what was sent before it came."""
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return
        client = Client(connection, self.uart.telnet)
        for data in self.backlog:
            client.send(data)
        self.backlog.clear()
        self.held = 0
        client.flush()
        self.clients.append(client)

    def from_guest(self):
        """Read what the UART sent; False at the end of QEMU."""
        try:
            data = self.wire.recv(CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            data = b""
        if not data:
            return False
        if not self.ended:
            data = self._until_end(data)
            self._spread(data)
        return True

    def _until_end(self, data):
        """Note an end that is in data; nothing counts after it."""
        if self.uart.eot and EOT in data:
            self.ended = ENDED
            data = data[:data.index(EOT)]
        tag = self.uart.tag
        if tag:
            known = self.seen + data
            at = known.find(tag)
            if at >= 0:
                self.ended = TAGGED
            self.seen = known[max(0, len(known) - len(tag) + 1):]
        return data

    def _spread(self, data):
        if self.output:
            self.output.write(data)
        for client in self.clients:
            client.send(data)
            client.flush()
        if not self.clients:
            self.backlog.append(data)
            self.held += len(data)
            while self.held > BACKLOG:
                self.held -= len(self.backlog.popleft())

    def from_client(self, client):
        """Read what a client typed."""
        self.typed += client.receive()
        self.to_guest()

    def to_guest(self):
        """Give the UART what it takes without waiting."""
        try:
            while self.typed:
                del self.typed[:self.wire.send(self.typed[:CHUNK])]
        except BlockingIOError:
            pass
        except OSError:
            self.typed.clear()

    @property
    def open_to_input(self):
        """May clients type on?"""
        return len(self.typed) < INPUT_MOST

    def part(self):
        """Forget clients that are gone; returns them."""
        gone = [c for c in self.clients if c.gone]
        self.clients = [c for c in self.clients if not c.gone]
        for client in gone:
            client.connection.close()
        return gone

    def close(self):
        """End it all, windows too."""
        for client in self.clients:
            client.flush()
            client.connection.close()
        self.listener.close()
        self.wire.close()
        for command in self.commands:
            try:
                os.killpg(command.pid, signal.SIGTERM)
            except OSError:
                pass
            try:
                command.wait(2)
            except subprocess.TimeoutExpired:
                os.killpg(command.pid, signal.SIGKILL)
                command.wait()
