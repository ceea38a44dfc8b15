#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# QEMU's user-mode network (libslirp) believes that a guest has an address as soon as the guest asks for one: a datagram that
# waits at a forwarded port goes out on DHCPDISCOVER, before the DHCPOFFER that only proposes the address, two messages
# before the guest may use it. Whoever obeys the protocol must drop it, and nobody sends it again. A TCP connection would be
# repeated; the first datagram to a server that has just been started is lost, and those behind it arrive.
#
# No guest is needed: slirp.py is the card.
#
# Run first on 2026-11-27 with libslirp0 4.7.0-1 and qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3. Seen: ARP for 10.0.2.15,
# to which nobody answers; the datagram; the offer; nothing more.
source "$(dirname "$0")/packages.sh"
v=1:7.2+dfsg-7+deb12u18+b3
use_packages qemu-system-x86=$v qemu-system-common=$v libslirp0=4.7.0-1 seabios=1.16.2-1

card=$(dirname "$(readlink -f "$0")")
cd "$root"
cat >card.py <<'P'
import socket, struct, time

from slirp import MAC, Card

def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF

def discover():  # RFC 2131 §2, in UDP from port 68 to 67, from no address to all
    bootp = struct.pack("!4BIHH16x16s192x", 1, 1, 6, 0, 0x1234, 0, 0, MAC) + bytes.fromhex("63825363350101ff")
    length = 28 + len(bootp)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, length, 1, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return b"\xff" * 6 + MAC + b"\x08\0" + head + struct.pack("!4H", 68, 67, length - 20, 0) + bootp

said = []

def listen(card, seconds, until=None):
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and (not said or said[-1] != until):
        try:
            frame = card.frame(left)
        except TimeoutError:
            return
        if frame[12:14] == b"\x08\x06":
            said.append("ARP")
        elif frame[12:14] == b"\x08\0" and frame[23] == 17:
            said.append("offer" if frame[36:38] == b"\0\x44" else "datagram")

with Card("udp", 7) as card:
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while "ARP" not in said:  # until QEMU has opened the forward
        sender.sendto(b"hello", ("127.0.0.1", card.port))
        listen(card, 0.3, "ARP")
    card.send(discover())
    listen(card, 3)
    print(*said, sep=", ")
    raise SystemExit(0 if said == ["ARP", "datagram", "offer"] else 1)
P
qemu-system-x86_64 --version | head -n 1
as_found "a forwarded datagram comes before the offer of the address, once" env PYTHONPATH="$card" python3 -B card.py
finish
