# SPDX-License-Identifier: GPL-2.0-or-later
"""The other end of the guest's network cable: ARP and TFTP (RFC 1350, 2348)
on Ethernet frames as large as they get, so that a lot of data takes few of
them. Nothing leaves this process."""
import contextlib
import hashlib
import os
import socket
import struct
import threading

ADDRESS = bytes([10, 0, 2, 2])
MAC = bytes.fromhex("525400000002")
# Fits in an IPv4 packet with MTU; 256 MiB are less than 65536 blocks of it.
MTU, BLOCK = 65535, 60000
ARP, IPV4, UDP = 0x0806, 0x0800, 17
TFTP_PORT, DATA_PORT = 69, 1069
RRQ, WRQ, DATA, ACK, ERROR, OACK = range(1, 7)


def checksum(head):
    """The Internet checksum of an IPv4 header."""
    total = sum(struct.unpack(f">{len(head) // 2}H", head))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


class Cable(threading.Thread):
    """Serves one guest: the file "get" is data, the file "put" is taken.
    One transfer at a time, as the guest does them."""

    def __init__(self, folder, data, name="cable"):
        super().__init__(daemon=True)
        self.data = data
        self.taken, self.amount = hashlib.sha256(), 0
        self.sent = self.expected = 0
        self.path = os.path.join(folder, name)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.path)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(1)
        self.start()

    def run(self):
        # The guest's end closes when QEMU does.
        with contextlib.suppress(OSError), self.listener:
            self.line = self.listener.accept()[0]
            with self.line, self.line.makefile("rb") as stream:
                while len(size := stream.read(4)) == 4:
                    self.frame(stream.read(struct.unpack(">I", size)[0]))

    def send(self, mac, kind, payload):
        """One frame, in QEMU's stream format: its size goes ahead."""
        frame = mac + MAC + struct.pack(">H", kind) + payload
        frame = frame.ljust(60, b"\0")
        self.line.sendall(struct.pack(">I", len(frame)) + frame)

    def frame(self, frame):
        """Answers one frame of the guest's, if there is an answer."""
        if len(frame) < 42:
            return
        mac, kind, body = frame[6:12], frame[12:14], frame[14:]
        if kind == ARP.to_bytes(2, "big"):
            if body[6:8] == b"\0\1" and body[24:28] == ADDRESS:
                self.send(mac, ARP, body[:6] + b"\0\2" + MAC + ADDRESS +
                          body[8:18])
        elif kind == IPV4.to_bytes(2, "big") and body[0] == 0x45 \
                and body[9] == UDP and body[16:20] == ADDRESS:
            port, to, size = struct.unpack(">HHH", body[20:26])
            if to in (TFTP_PORT, DATA_PORT):
                answer = self.tftp(body[28:20 + size])
                if answer:
                    self.udp(mac, body[12:16], port, answer)

    def udp(self, mac, address, port, payload):
        """One datagram to the guest."""
        size = 28 + len(payload)
        head = struct.pack(">BBHHHBBH", 0x45, 0, size, 0, 0x4000, 64, UDP, 0) \
            + ADDRESS + address
        head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
        self.send(mac, IPV4, head + struct.pack(
            ">HHHH", DATA_PORT, port, size - 20, 0) + payload)

    def tftp(self, packet):
        """The answer to a TFTP packet. One that was sent again because the
        answer took long is answered again, or ignored when that would double
        all that follows."""
        kind, block = struct.unpack(">HH", packet[:4].ljust(4, b"\0"))
        if kind in (RRQ, WRQ):
            name = packet[2:].split(b"\0")[0]
            if name != (b"get" if kind == RRQ else b"put"):
                return struct.pack(">HH", ERROR, 1) + b"no such file\0"
            self.sent, self.expected = 0, 1
            return struct.pack(">H", OACK) + b"blksize\0%d\0" % BLOCK
        if kind == ACK and block == self.sent:
            if block * BLOCK <= len(self.data):
                self.sent += 1
                return struct.pack(">HH", DATA, self.sent) + \
                    self.data[block * BLOCK:self.sent * BLOCK]
        elif kind == DATA:
            if block == self.expected:
                self.taken.update(packet[4:])
                self.amount += len(packet) - 4
                self.expected += 1
            return struct.pack(">HH", ACK, block)
        return None
