# SPDX-License-Identifier: GPL-2.0-or-later
"""The tool as a program, with a QEMU that does what a test says."""
import json
import os
import signal
import socket
import subprocess
import threading

from bench import FAKE, TOOL

# A guard against hangs, not a measure.
PATIENCE = 120


class Program:
    """One run of the tool. Its output comes line by line."""

    def __init__(self, folder, *words, steps=(), qemu=FAKE, **environment):
        self.log = os.path.join(folder, "fake.log")
        open(self.log, "w", encoding="utf-8").close()
        variables = {name: value for name, value in os.environ.items()
                     if name not in ("DISPLAY", "QEMU")}
        variables.update(QEMU=qemu, FAKE_LOG=self.log,
                         FAKE_STEPS=json.dumps(list(steps)), **environment)
        self.process = subprocess.Popen(
            [TOOL, *words], env=variables, cwd=folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)
        self.guard = threading.Timer(PATIENCE, self.kill)
        self.guard.start()
        self.out = b""
        self.err = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.guard.cancel()
        self.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def kill(self):
        """End it by force."""
        if self.process.poll() is None:
            self.process.kill()

    def line(self, text):
        """Reads output up to a line with text; that line."""
        while True:
            line = self.process.stdout.readline()
            self.out += line
            if not line:
                raise AssertionError(f'no line "{text}" in {self.out!r}, '
                                     f"{self.process.stderr.read()!r}")
            if text in line.decode():
                return line.decode()

    def port(self, number):
        """The port of a terminal."""
        return int(self.line(f"terminal_{number}: Listening").split()[-1])

    def connect(self, number):
        """A connection to a terminal. Ask for terminals in their order."""
        connection = socket.create_connection(("127.0.0.1", self.port(number)))
        connection.settimeout(PATIENCE)
        return connection

    def end(self):
        """Waits for the end; the exit status."""
        out, err = self.process.communicate()
        self.out += out
        self.err += err
        return self.process.returncode

    def interrupt(self, number=signal.SIGINT):
        """Ctrl-C, or another signal."""
        self.process.send_signal(number)

    def noted(self):
        """What the QEMU that is none noted."""
        with open(self.log, encoding="utf-8") as log:
            return [json.loads(line) for line in log]

    def commands(self):
        """QMP commands in their order."""
        return [n["execute"] for n in self.noted() if "execute" in n]


def receive(connection, wanted):
    """Reads until so many bytes, or until this text, have come."""
    data = b""
    while (len(data) < wanted if isinstance(wanted, int)
           else wanted not in data):
        more = connection.recv(65536)
        if not more:
            raise AssertionError(f"the connection ended after {data!r}")
        data += more
    return data


def receive_all(connection):
    """Reads up to the end."""
    data = b""
    while True:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
