# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Copies of one snapshot, seen from the wire of a tap interface: each announces itself, with the MAC address that it was
told or its snapshot's, begins connections with a sequence number of its own, resets those of before, and draws random
bytes that no other one has. In a network namespace of the test's."""

import argparse
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from refusal import Refusals  # noqa: E402
from support import hosted, http, lacks  # noqa: E402
from support.hosted import check  # noqa: E402
from support.packets import ACK, FIN, RST, SYN, tcp4  # noqa: E402

TAP, HOST, GUEST, CLIENT = "tap0", "10.78.0.1", "10.78.0.2", "10.78.0.9"
CLIENT_MAC, GIVEN = bytes.fromhex("025749fffffe"), "02:57:49:aa:bb:cc"
COPIES, PATIENCE = 4, 5
ARP, IPV4, TCP = 0x0806, 0x0800, 6


def is_for(frame, port, flags):
    """Whether it is a segment of TCP to that port of CLIENT with these flags."""
    if frame[12:14] != struct.pack("!H", IPV4) or frame[23] != TCP or frame[30:34] != socket.inet_aton(CLIENT):
        return False
    return frame[36:38] == struct.pack("!H", port) and frame[47] & flags == flags


class Wire:
    """A packet socket on the tap. CLIENT is nobody's but its own: Linux doesn't answer for it."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind((TAP, 0))
        self.socket.settimeout(0.05)

    def send(self, frame):
        try:
            self.socket.send(frame)
        except OSError:
            pass  # nobody is attached yet

    def frames(self, seconds=PATIENCE):
        """What the guest sends, after ARP requests for CLIENT have been answered."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                frame, about = self.socket.recvfrom(2048)
            except OSError:
                continue
            if about[2] == socket.PACKET_OUTGOING:
                continue
            if frame[12:14] == struct.pack("!H", ARP) and frame[20:22] == b"\0\1" and frame[38:42] == socket.inet_aton(CLIENT):
                self.send(frame[6:12] + CLIENT_MAC + frame[12:20] + b"\0\2" + CLIENT_MAC + frame[38:42] + frame[22:32])
            yield frame

    def announced(self, reset=None):
        """@return the MAC of the first gratuitous ARP, once a reset to that port of CLIENT has come as well"""
        own, mac, by = socket.inet_aton(GUEST), None, None
        for frame in self.frames():
            if frame[:6] == b"\xff" * 6 and frame[12:14] == struct.pack("!H", ARP) and frame[28:32] == frame[38:42] == own:
                mac = frame[22:28]
            if reset and is_for(frame, reset, RST):
                reset, by = None, frame[6:12]
            if mac and not reset:
                return mac if by in (None, mac) else None  # a bridge would learn the wrong one by a reset
        return None

    def segment(self, mac, port, flags, sequence=1000, acknowledged=0, data=b""):
        packet = tcp4((CLIENT, port), (GUEST, 80), flags, sequence, acknowledged, data=data)
        self.send(mac + CLIENT_MAC + struct.pack("!H", IPV4) + packet)

    def answer(self, port, wanted):
        """@return sequence number of the next segment to that port of CLIENT with these flags, or None"""
        for frame in self.frames():
            if is_for(frame, port, wanted):
                return struct.unpack("!I", frame[38:42])[0]
        return None


def text(mac):
    return mac.hex(":") if mac else "nothing"


def start(image, wall, *options):
    return hosted.Machine(image, wall, "--tap", TAP, "--append", f"net.ipv4={GUEST}/24 net.ipv6=off", *options)


def ask(path="/"):
    return dict(line.split(" ", 1) for line in (http.get(80, path, PATIENCE, host=GUEST) or "").splitlines())


def take(image, wall, path):
    """By a connection of CLIENT's, which is open at the checkpoint. @return the guest's MAC, its state"""
    wire = Wire()
    with start(image, wall, "--snapshot", path):
        mac = wire.announced()
        wire.segment(mac, 5000, SYN)
        first = wire.answer(5000, SYN | ACK)
        wire.segment(mac, 5000, ACK, 1001, first + 1, b"GET /checkpoint HTTP/1.0\r\n\r\n")
        check(wire.answer(5000, FIN) is not None and os.path.exists(path), f"{wall}: a snapshot while a connection is open")
        return mac, ask()


def copies(image, wall, path):
    first_mac, state = take(image, wall, path)
    random, numbers = [state["random"]], []
    for number in range(COPIES):
        given = ["--mac", GIVEN[:-1] + str(number)] if number % 2 else []
        wire, what = Wire(), f"{wall}, copy {number}"
        with start(image, wall, "--restore", path, *given):
            mac = wire.announced(reset=5000)
            wanted = given[1] if given else first_mac.hex(":")
            check(text(mac) == wanted, f"{what}: it resets the connection of before and announces {text(mac)}, its address is {wanted}")
            wire.segment(mac, 6000, SYN)
            numbers.append(wire.answer(6000, SYN | ACK))
            subprocess.run(["ip", "neigh", "flush", "dev", TAP], check=True)
            found = ask()
            check(found.get("mac") == wanted, f"{what}: and it says so to its program {found.get('mac')}")
            random.append(found["random"])
    check(None not in numbers and len(set(numbers)) == COPIES, f"{wall}: sequence numbers begin elsewhere {numbers}")
    pieces = [line[at:at + 32] for line in random for at in range(0, len(line) - 31, 2)]
    check(len(pieces) == (COPIES + 1) * 17 and len(set(pieces)) == len(pieces), f"{wall}: no 16 random bytes are drawn twice")


def bad_addresses(image, wall, folder):
    refusals = Refusals(folder)
    for address in ("", "02:57:49", "02:57:49:aa:bb:cg", "02-57-49-aa-bb-cc", "02:57:49:aa:bb:cc:dd", "2:57:49:aa:bb:cc:"):
        refusals.expect(f"{wall}, --mac {address!r}", "is no MAC address", hosted.command(image, wall, "--mac", address))
    for address in ("01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00"):
        refusals.expect(f"{wall}, --mac {address}", "is no single machine's", hosted.command(image, wall, "--mac", address))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    parser.add_argument("--inside", action="store_true", help="the namespace is made")
    options = parser.parse_args()
    if os.geteuid() != 0:
        lacks.skip("root", "only root makes a network namespace with a tap in it")
    if not options.inside:
        os.execvp("unshare", ["unshare", "-n", sys.executable, *sys.argv, "--inside"])
    for words in (("tuntap", "add", TAP, "mode", "tap", "vnet_hdr"), ("addr", "add", HOST + "/24", "dev", TAP), ("link", "set", TAP, "up")):
        subprocess.run(["ip", *words], check=True)
    for wall in hosted.walls():
        with tempfile.TemporaryDirectory(prefix="wick-copies-") as folder:
            image = shutil.copy(options.image, folder)
            copies(image, wall, os.path.join(folder, "snapshot"))
            bad_addresses(image, wall, folder)
    hosted.finish()


main()
