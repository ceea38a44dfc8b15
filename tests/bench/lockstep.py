# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A client of HTTP that speaks TCP itself, one frame at a time: a request goes out with the acknowledgement of the last answer, and
nothing else does until the answer is whole. So the guest has the same work for each request, whatever the machine is busy with
besides, and its count of instructions repeats to a thousandth where a client on Linux's own stack varies by three hundredths.
The wire is a datagram socket on loopback (`-netdev dgram`): no tap, no namespace, no privilege."""

import socket
import struct

from guest import Unavailable
from support.packets import ACK, FIN, RST, SYN, tcp4

GUEST, CLIENT = "198.18.7.2", "198.18.7.1"
CLIENT_MAC, GUEST_MAC = bytes.fromhex("025749fffffe"), bytes.fromhex("025749000001")
REQUEST = b"GET /hello.txt HTTP/1.1\r\nHost: bench\r\n\r\n"
ARP, IPV4 = b"\x08\x06", b"\x08\x00"
OWN_PORT = 40000


class Wire:
    """The far end of QEMU's network device."""

    def __init__(self):
        self.own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.own.bind(("127.0.0.1", 0))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.far = probe.getsockname()
        self.own.settimeout(5)

    def arguments(self):
        return ["-netdev", "dgram,id=n0,"
                f"local.type=inet,local.host=127.0.0.1,local.port={self.far[1]},"
                f"remote.type=inet,remote.host=127.0.0.1,remote.port={self.own.getsockname()[1]}",
                "-device", f"virtio-net-device,netdev=n0,mac={GUEST_MAC.hex(':')}"]

    def send(self, kind, payload):
        self.own.sendto(GUEST_MAC + CLIENT_MAC + kind + payload, self.far)

    def frame(self):
        """The next frame for IPv4 from the guest, without its head; who asks for our address is told."""
        while True:
            try:
                got = self.own.recv(65536)
            except TimeoutError as error:
                raise Unavailable("the guest is silent") from error
            if got[12:14] == IPV4:
                return got[14:]
            if got[12:14] == ARP and got[20:22] == b"\0\1" and got[38:42] == socket.inet_aton(CLIENT):
                self.send(ARP, got[14:20] + b"\0\2" + CLIENT_MAC + got[38:42] + got[22:32])


class Connection:
    def __init__(self, wire):
        self.wire, self.sent, self.got = wire, 1000, 0
        self._send(SYN)
        flags, self.got, _ = self._receive()
        if flags != SYN | ACK:
            raise Unavailable("the guest doesn't take a connection")
        self.sent += 1
        self.got += 1

    def _send(self, flags, data=b""):
        self.wire.send(IPV4, tcp4((CLIENT, OWN_PORT), (GUEST, 80), flags, self.sent, self.got, data=data))

    def _receive(self):
        """@return flags, sequence number and data of the next segment"""
        while True:
            packet = self.wire.frame()
            if packet[9] != 6 or packet[22:24] != struct.pack(">H", OWN_PORT):
                continue
            sequence, _, offset, flags = struct.unpack(">IIBB", packet[24:34])
            return flags, sequence, packet[20 + (offset >> 4) * 4:struct.unpack(">H", packet[2:4])[0]]

    def ask(self):
        """@return the answer to one request, which is one segment"""
        self._send(ACK, REQUEST)
        self.sent += len(REQUEST)
        while True:
            flags, sequence, data = self._receive()
            if flags & (RST | FIN):
                raise Unavailable("the guest ends the connection")
            if data and sequence == self.got:
                self.got = (self.got + len(data)) & 0xffffffff
                return data
