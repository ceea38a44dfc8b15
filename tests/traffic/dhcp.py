#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Addresses by DHCP, on two taps at once. A server that does not answer: the appliance boots and listens all the same,
says so, and asks on with growing pauses. A server whose leases last four seconds: each is renewed before it ends, and
given up when the server has gone; the link's MTU that it tells (option 26) is kept to. Malformed frames do no harm."""

import socket
import struct
import subprocess
import threading
import time

import guest

arguments = guest.parse()
DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
LEASE = 4
MTUS = [1200, 9000, 68]  # of the first lease and of each renewal
KEPT_TO = [1200, 1500, 576]
SNIFF = r"""
import socket, sys, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); s.bind((sys.argv[1], 0)); s.settimeout(30)
print("ready", flush=True)
asked = 0
while asked < 3:
    frame, where = s.recvfrom(2048)
    if where[2] != 4 and frame[12:14] == b"\x08\x00" and frame[23] == 17 and frame[34:38] == b"\x00\x44\x00\x43":
        print("%.2f" % time.time(), flush=True)
        asked += 1
"""
SPRAY = r"""
import socket, sys, random
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind((sys.argv[1], 0)); random.seed(5)
kinds = [b"\x08\x00", b"\x08\x06", b"\x86\xdd", b"\x81\x00", b"\x88\x99"]
for _ in range(20000):
    body = bytearray(random.randbytes(random.randrange(1, 1400)))
    if random.random() < 0.7: body[0] = random.choice([0x45, 0x46, 0x4f, 0x60])
    s.send(b"\xff" * 6 + b"\x02\x00\x00\x00\x00\x09" + random.choice(kinds) + bytes(body))
"""


class Server:
    """RFC 2131, for one client; in this process's namespace."""

    def __init__(self, tap):
        self.heard = []  # when, which message, whether from the address of a lease
        self.granted = []  # when
        self.silent = False
        self.mtus, self.told = MTUS[:], None
        self.heard_before = 0  # messages up to the first lease
        self.longest = 0  # packet that the guest has sent
        self.port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)  # else the kernel would say that nobody is there
        self.port.bind((guest.HOST4, 67))
        self.wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.wire.bind((tap, 0))
        self.mac = self.wire.getsockname()[4]
        threading.Thread(target=self.serve, daemon=True).start()

    def next_mtu(self):
        """Told from the next renewal on."""
        self.mtus = self.mtus[1:] or self.mtus

    def serve(self):
        while True:
            frame, where = self.wire.recvfrom(65536)
            if where[2] == 4 or frame[12:14] != b"\x08\x00":
                continue
            self.longest = max(self.longest, struct.unpack(">H", frame[16:18])[0])
            if frame[23] == 17 and frame[34:38] == b"\x00\x44\x00\x43":
                self.take(frame[42:])

    def take(self, message):
        options, kind = message[240:], None
        while options and options[0] != 255:
            if options[0] == 53:
                kind = options[2]
            options = options[2 + options[1]:] if options[0] else options[1:]
        self.heard.append((time.monotonic(), kind, message[12:16] == socket.inet_aton(guest.GUEST4)))
        if self.silent or kind not in (DISCOVER, REQUEST):
            return
        self.answer(message, OFFER if kind == DISCOVER else ACK, self.mtus[0])
        if kind == REQUEST:
            self.heard_before = self.heard_before or len(self.heard)
            self.granted.append(time.monotonic())
            self.told = self.mtus[0]

    def answer(self, question, kind, mtu):
        own, given = socket.inet_aton(guest.HOST4), socket.inet_aton(guest.GUEST4)
        options = bytes([53, 1, kind, 54, 4]) + own + bytes([1, 4, 255, 255, 255, 0, 51, 4]) + struct.pack(">I", LEASE)
        options += bytes([26, 2]) + struct.pack(">H", mtu) + b"\xff"
        message = b"\2" + question[1:16] + given + own + question[24:28] + question[28:44] + bytes(192) + b"\x63\x82\x53\x63" + options
        datagram = struct.pack(">HHHH", 67, 68, 8 + len(message), 0) + message
        header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(datagram), 0, 0, 64, 17, 0) + own + given
        total = sum(struct.unpack(">10H", header))
        total = (total & 0xffff) + (total >> 16)
        header = header[:10] + struct.pack(">H", ~(total + (total >> 16)) & 0xffff) + header[12:]
        self.wire.send(question[28:34] + self.mac + b"\x08\x00" + header + datagram)


def largest_segment():
    """What the guest offers to take."""
    with socket.create_connection((guest.GUEST4, 80), 5) as connection:
        return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)


def wait_until(condition, seconds):
    limit = time.monotonic() + seconds
    while not condition() and time.monotonic() < limit:
        time.sleep(0.02)
    return condition()


def check_leases(net, machine):
    server = Server(net.tap)
    guest.check(machine.wait_for(rf"IPv4 address {guest.GUEST4}/24", 20), "an address by DHCP")
    for mtu, kept_to in zip(MTUS, KEPT_TO):
        wait_until(lambda: server.told == mtu, 3 * LEASE)
        time.sleep(0.2)  # for the answer to arrive
        server.longest = 0
        pinged = net.run("ping", "-c", "2", "-i", "0.2", "-W", "2", "-s", "3000", guest.GUEST4).returncode == 0
        size, longest = largest_segment(), server.longest
        guest.check(pinged and size == kept_to - 40 and kept_to - 8 <= longest <= kept_to,
                    f"the server says {mtu} bytes: segments of {size}, packets of at most {longest}")
        server.next_mtu()
    server.silent = True
    last = server.granted[-1]
    pauses = [b - a for a, b in zip(server.granted, server.granted[1:])]
    guest.check(len(pauses) >= 2 and max(pauses) < LEASE - 0.5, f"leases of {LEASE} s are renewed after {', '.join('%.1f' % p for p in pauses)} s")
    renewals = [own for _, kind, own in server.heard[server.heard_before:] if kind == REQUEST]
    guest.check(all(renewals) and not any(kind == DISCOVER for _, kind, _ in server.heard[server.heard_before:]), "from the address, which is never given up meanwhile")
    again = wait_until(lambda: server.heard[-1][1] == DISCOVER, 2 * LEASE)
    guest.check(again and server.heard[-1][0] - last < LEASE + 2, f"without its server the lease ends after {server.heard[-1][0] - last:.1f} s")
    guest.check(net.run("ping", "-c", "1", "-W", "1", guest.GUEST4).returncode != 0, "and with it the address")


with guest.Namespace("dhcp") as alone, guest.Namespace("lease") as net, \
        subprocess.Popen(alone.command("python3", "-c", SNIFF, alone.tap), stdout=subprocess.PIPE, text=True) as sniffer:
    sniffer.stdout.readline()
    net.enter()
    with alone.machine(arguments.image, memory=arguments.memory, append="net.ipv4=dhcp") as first:
        with net.machine(arguments.image, memory=arguments.memory, append="net.ipv4=dhcp") as second:
            check_leases(net, second)
        guest.check(first.wait_for(r"^http: .*port 80", 5), "without a server it boots and listens")
        guest.check(first.wait_for(r"no DHCP server has answered yet", 10), "it says so")
        asked = [float(line) for line in sniffer.communicate()[0].split()]
    pauses = [b - a for a, b in zip(asked, asked[1:])]
    guest.check(len(pauses) >= 2 and pauses[-1] > pauses[0], f"it asks on with growing pauses: {', '.join('%.1f' % p for p in pauses)} s")
    with net.machine(arguments.image, memory=arguments.memory) as machine:
        machine.wait_for(r"IPv4 address", 30)
        guest.check(net.run("python3", "-c", SPRAY, net.tap).returncode == 0, "20,000 malformed frames sent")
        time.sleep(0.5)
        answer = net.run("curl", "-s", "-m", "10", f"http://{guest.GUEST4}/hello.txt").stdout
        guest.check(answer == b"Hello, wick!\n", "it still serves")
guest.finish()
