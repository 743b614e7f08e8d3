# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs QEMU: UARTs, QMP and limits in one loop, and an end that leaves
nothing behind."""
import ctypes
import json
import os
import resource
import selectors
import signal
import socket
import subprocess
import sys
import time

from . import mapping
from .errors import Refused
from .terminals import CHUNK, ENDED, Output, Terminal

# How long QEMU may take to end, and how often CPU time is looked at.
PATIENCE, LOOK = 10, 0.5
FLASH_SIZE = 64 << 20
INTERRUPTED = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
PR_SET_PDEATHSIG = 1


def die_with_parent():
    """In the child: end when this program does, however it does."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        pass


def ask_properties(qemu):
    """Names of cca-fvp's properties; refuses a QEMU without the machine."""
    try:
        done = subprocess.run([qemu, "-M", "cca-fvp,help"], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              check=False)
    except OSError as problem:
        raise Refused(f"{qemu}: {problem.strerror}") from None
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["?"])[0]
        raise Refused(f"{qemu} has no machine cca-fvp: {why}")
    return {line.split("=")[0].strip() for line in done.stdout.splitlines()
            if line.startswith("  ") and "=" in line}


class Qmp:
    """Commands to QEMU, and its events, without waiting."""

    def __init__(self):
        self.wire, self.far = socket.socketpair()
        self.wire.setblocking(False)
        self._text = b""
        self._waiting = []

    def send(self, name, then=None, **arguments):
        """Send a command; then(answer) is called with what comes back."""
        request = {"execute": name}
        if arguments:
            request["arguments"] = arguments
        self._waiting.append(then)
        try:
            self.wire.send(json.dumps(request).encode() + b"\n")
        except OSError:
            self._waiting.pop()

    def events(self):
        """Yields events as (name, data, seconds); None when QEMU is gone."""
        try:
            data = self.wire.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            yield None
            return
        *lines, self._text = (self._text + data).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "event" in message:
                stamp = message["timestamp"]
                yield (message["event"], message.get("data", {}),
                       stamp["seconds"] + stamp["microseconds"] / 1e6)
            elif "QMP" not in message and self._waiting:
                then = self._waiting.pop(0)
                if then:
                    then(message)


class Clock:
    """Simulated time: the machine's clock is the host's while PEs run."""

    def __init__(self):
        self.done = 0.0
        self.since = None

    def start(self, when):
        """PEs run."""
        self.since = when if self.since is None else self.since

    def stop(self, when):
        """PEs stop."""
        if self.since is not None:
            self.done += max(0.0, when - self.since)
            self.since = None

    def now(self):
        """Seconds so far."""
        if self.since is None:
            return self.done
        return self.done + max(0.0, time.time() - self.since)


class Runner:
    """One run."""

    def __init__(self, plan, run, qemu, say):
        self.plan, self.run, self.say = plan, run, say
        self.qemu = qemu
        self.selector = selectors.DefaultSelector()
        self.qmp = Qmp()
        self.clock = Clock()
        self.process = None
        self.began = time.monotonic()
        self.ran = None             # when PEs were let go
        self.status = None          # ours, once it is known
        self.quitting = None        # when QEMU has to be gone
        self.saves = []
        everyone = "iris_allow_remote" in run.flags
        self.address = "0.0.0.0" if everyone else "127.0.0.1"
        self.limits = {key: run.number(key)
                       for key in ("timelimit", "simlimit", "cpulimit")}
        outputs = {}
        self.terminals = []
        for uart in plan.uarts:
            self.terminals.append(Terminal(uart, self.address, outputs))
        self.semihosting = socket.socketpair() if plan.semihosting else None
        self.printed = outputs.get("-") or Output("", "-")
        self.signals = socket.socketpair()
        # Frames come to nobody: full is full.
        self.loose = {name: socket.socketpair(socket.AF_UNIX,
                                              socket.SOCK_DGRAM)
                      for name in plan.loose}
        self.memory_files = []

    # Start

    def _inherited(self):
        """Sockets of QEMU's, by name."""
        result = {f"uart{t.uart.number}": t.far for t in self.terminals}
        if self.semihosting:
            result["semihosting"] = self.semihosting[1]
        for name, (_, far) in self.loose.items():
            result[name] = far
        result["qmp"] = self.qmp.far
        return result

    def _loads(self):
        """-device words of what goes into memory, and descriptors of it."""
        words = []
        for load in self.plan.loads:
            file = None
            if load.file is None:
                descriptor = os.memfd_create(load.what.encode()[:200].decode(
                    errors="ignore"), 0)
                with os.fdopen(os.dup(descriptor), "wb") as out:
                    out.write(load.data)
                self.memory_files.append(descriptor)
                file = f"/proc/self/fd/{descriptor}"
            words += mapping.load_words(load, file)
        return words

    def _server(self):
        """Words for a GDB server, if one is wanted."""
        if not self.run.flags & {"iris_server", "cadi_server"}:
            return []
        first = self.run.last.get("iris_port", "7100")
        if not first.isdigit() or not 0 < int(first) < 65536:
            raise Refused(f"--iris-port={first}: is no port")
        for port in range(int(first), min(int(first) + 1000, 65536)):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((self.address, port))
                except OSError:
                    continue
            self.say(f"GDB server (here instead of Iris and CADI) started "
                     f"listening to port {port}", always=True)
            return ["-gdb", f"tcp:{self.address}:{port}"]
        raise Refused(f"--iris-port={first}: no port is free from there")

    def start(self):
        """Start QEMU, stopped."""
        wires = self._inherited()
        command = [self.qemu, *mapping.machine_words(self.plan),
                   *self.plan.arguments, *self._server(), *self._loads(),
                   *mapping.wires(self.plan, lambda n: wires[n].fileno()),
                   "-no-shutdown", "-S"]
        for terminal in self.terminals:
            if not terminal.uart.quiet:
                self.say(f"terminal_{terminal.uart.number}: Listening for "
                         f"serial connection on port {terminal.port}",
                         always=True)
        for info in self.plan.infos:
            self.say(f"\nInfo: FVP_Base_RevC_2xAEMvA: {info}")
        passed = [s.fileno() for s in wires.values()] + self.memory_files
        try:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, pass_fds=passed,
                cwd=self.plan.folder or None, start_new_session=True,
                preexec_fn=die_with_parent)
        except OSError as problem:
            raise Refused(f"{self.qemu}: {problem.strerror}") from None
        for wire in wires.values():
            wire.close()
        self.qmp.send("qmp_capabilities")
        if "run" in self.run.flags or not self.run.flags & {
                "iris_server", "cadi_server"}:
            self.qmp.send("cont", self._running)
        for terminal in self.terminals:
            terminal.show()

    def _running(self, _answer):
        self.ran = self.ran or time.monotonic()

    # The loop

    def _watch(self):
        """What is waited for now."""
        wanted = {self.qmp.wire: (selectors.EVENT_READ, self._qmp),
                  self.signals[0]: (selectors.EVENT_READ, self._signal)}
        if self.semihosting:
            wanted[self.semihosting[0]] = (selectors.EVENT_READ, self._print)
        for terminal in self.terminals:
            if terminal.wire.fileno() >= 0:
                wanted[terminal.wire] = (
                    selectors.EVENT_READ
                    | (selectors.EVENT_WRITE if terminal.typed else 0),
                    lambda mask, t=terminal: self._uart(t, mask))
            wanted[terminal.listener] = (selectors.EVENT_READ,
                                         lambda _, t=terminal: t.accept())
            for client in terminal.clients:
                mask = (selectors.EVENT_READ if terminal.open_to_input else 0)
                mask |= selectors.EVENT_WRITE if client.pending else 0
                if mask:
                    wanted[client.connection] = (
                        mask, lambda m, t=terminal, c=client:
                        self._client(t, c, m))
        for known in list(self.selector.get_map().values()):
            if known.fileobj not in wanted:
                self.selector.unregister(known.fileobj)
        for wire, (mask, call) in wanted.items():
            try:
                self.selector.modify(wire, mask, call)
            except KeyError:
                self.selector.register(wire, mask, call)

    def loop(self):
        """Run until QEMU is gone; the exit status."""
        while self.process.poll() is None:
            self._watch()
            for key, mask in self.selector.select(self._pause()):
                key.data(mask)
            for terminal in self.terminals:
                for client in terminal.part():
                    self._forget(client.connection)
                if terminal.ended and self.status is None:
                    what = ("EOT" if terminal.ended == ENDED
                            else f"\"{terminal.uart.tag.decode()}\"")
                    self.end(0, f"UART {terminal.uart.number} sent {what}")
            self._check_limits()
        self._drain()
        if self.status is None:
            self.status = self.process.returncode
            if self.status < 0:
                self.say(f"QEMU was ended by signal {-self.status}",
                         always=True)
                self.status = 128 - self.status
        return self.status

    def _forget(self, wire):
        try:
            self.selector.unregister(wire)
        except (KeyError, ValueError):
            pass

    def _pause(self):
        """Seconds until something is to be looked at; None: nothing is."""
        now = time.monotonic()
        times = []
        if self.quitting:
            times.append(self.quitting - now)
        elif self.ran:
            if self.limits["timelimit"]:
                times.append(self.ran + self.limits["timelimit"] - now)
            if self.limits["simlimit"] and self.clock.since is not None:
                times.append(self.limits["simlimit"] - self.clock.now())
            if self.limits["cpulimit"]:
                times.append(LOOK)
        return max(0.0, min(times)) if times else None

    def _check_limits(self):
        now = time.monotonic()
        if self.quitting:
            if now >= self.quitting:
                self.process.kill()
            return
        if not self.ran:
            return
        for key, used, what in (
                ("timelimit", lambda: now - self.ran, "Time limit"),
                ("simlimit", self.clock.now, "Simulated time limit"),
                ("cpulimit", self._cpu_time, "CPU time limit")):
            if self.limits[key] and used() >= self.limits[key]:
                self.end(0, f"{what} has been exceeded.")
                return

    def _cpu_time(self):
        try:
            with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as s:
                fields = s.read().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    # What happens

    def _uart(self, terminal, mask):
        if mask & selectors.EVENT_READ and not terminal.from_guest():
            self._forget(terminal.wire)
            terminal.wire.close()
        elif mask & selectors.EVENT_WRITE:
            terminal.to_guest()

    def _client(self, terminal, client, mask):
        if mask & selectors.EVENT_WRITE:
            client.flush()
        if mask & selectors.EVENT_READ:
            terminal.from_client(client)

    def _print(self, _mask):
        data = b""
        try:
            data = self.semihosting[0].recv(CHUNK)
        except OSError:
            pass
        if data:
            self.printed.write(data)
        else:
            self._forget(self.semihosting[0])
            self.semihosting[0].close()
            self.semihosting = None

    def _qmp(self, _mask):
        for event in self.qmp.events():
            if event is None:       # QEMU ends; poll() sees to it
                self._forget(self.qmp.wire)
                try:
                    self.process.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    self.process.kill()
                    self.process.wait()
                return
            name, data, when = event
            if name == "RESUME":
                self.clock.start(when)
                self._running(None)
            elif name == "STOP":
                self.clock.stop(when)
            elif name == "SHUTDOWN" and data.get("guest"):
                self._powered_off()

    def _powered_off(self):
        if self.plan.exit_on_shutdown:
            self.end(0, None)
        else:
            self.say("\nInfo: the guest has powered off; the run goes on, as "
                     "bp.ve_sysregs.exit_on_shutdown=1 is not given",
                     always=True)

    def _signal(self, _mask):
        for number in self.signals[0].recv(64):
            if number in INTERRUPTED:
                if self.quitting:
                    self.process.kill()
                self.end(INTERRUPTED[number], "stopped by user.")

    # The end

    def end(self, status, why):
        """Save what is to be saved, and let QEMU quit."""
        if self.status is not None:
            return
        self.status = status
        self.quitting = time.monotonic() + PATIENCE
        if why:
            self.say(f"\nInfo: Simulation is stopping. Reason: {why}")
        if self.ran:
            self.qmp.send("stop")
        for file, base in self.plan.save_flash:
            self.qmp.send("pmemsave", lambda answer, f=file:
                          self._saved(f, answer), val=base, size=FLASH_SIZE,
                          filename=file)
        self.qmp.send("quit")

    def _saved(self, file, answer):
        if "error" in answer:
            self.say(f"fnameWrite={file}: {answer['error']['desc']}",
                     always=True)
            self.status = self.status or 1

    def _drain(self):
        """What was on its way when QEMU ended."""
        for terminal in self.terminals:
            while terminal.wire.fileno() >= 0 and terminal.from_guest():
                try:
                    if not terminal.wire.recv(1, socket.MSG_PEEK):
                        break
                except OSError:
                    break
        while self.semihosting:
            self._print(None)

    def close(self):
        """Leave nothing behind."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for terminal in self.terminals:
            terminal.close()
        for descriptor in self.memory_files:
            os.close(descriptor)

    def statistics(self):
        """What --stat prints: only what was measured."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall = time.monotonic() - self.began
        simulated = self.clock.now() if self.clock.since is None else (
            self.clock.done + time.time() - self.clock.since)
        title = "--- FVP_Base_RevC_2xAEMvA statistics: "
        rows = [("Simulated time", f"{simulated:f}s"),
                ("User time", f"{used.ru_utime:f}s"),
                ("System time", f"{used.ru_stime:f}s"),
                ("Wall time", f"{wall:f}s"),
                ("Performance index", f"{simulated / wall:.2f}"),
                ("Memory highwater mark",
                 f"{used.ru_maxrss << 10:#x} bytes "
                 f"( {used.ru_maxrss / (1 << 20):.3f} GB )")]
        return "\n".join(["", title.ljust(79, "-"),
                          *(f"{name:<40}: {value}" for name, value in rows),
                          "-" * 79])


def execute(plan, run, qemu, say):
    """Run a plan; the exit status."""
    runner = None
    try:
        runner = Runner(plan, run, qemu, say)
        runner.signals[1].setblocking(False)
        signal.set_wakeup_fd(runner.signals[1].fileno())
        for number in INTERRUPTED:
            signal.signal(number, lambda *_: None)
        runner.start()
        status = runner.loop()
    finally:
        if runner:
            runner.close()
    if "stat" in run.flags:
        print(runner.statistics(), flush=True)
    sys.stdout.flush()
    return status
