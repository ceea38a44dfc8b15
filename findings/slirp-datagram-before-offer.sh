#!/usr/bin/env bash
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
#
# QEMU's user-mode network (libslirp) believes that a guest has an address as soon as the guest asks for one: a datagram that
# waits at a forwarded port goes out on DHCPDISCOVER, before the DHCPOFFER that only proposes the address, two messages
# before the guest may use it. Whoever obeys the protocol must drop it, and nobody sends it again. A TCP connection would be
# repeated; the first datagram to a server that has just been started is lost, and those behind it arrive.
#
# No guest is needed: a hub joins the user-mode network with a socket, at which a few lines stand for the guest's card.
#
# Run first on 2026-11-27 with libslirp0 4.7.0-1 and qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3. Seen: ARP for 10.0.2.15,
# to which nobody answers; the datagram; the offer; nothing more.
source "$(dirname "$0")/packages.sh"
v=1:7.2+dfsg-7+deb12u18+b3
use_packages qemu-system-x86=$v qemu-system-common=$v libslirp0=4.7.0-1 seabios=1.16.2-1

cd "$root"
cat >card.py <<'P'
import socket, struct, subprocess, time

def free():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]

wire = socket.create_server(("127.0.0.1", 0))
port = free()
qemu = subprocess.Popen(["qemu-system-x86_64", "-L", "usr/share/qemu", "-L", "usr/share/seabios", "-M", "microvm", "-accel", "tcg",
                         "-nodefaults", "-no-user-config", "-display", "none", "-m", "64",
                         "-netdev", f"user,id=u,hostfwd=udp:127.0.0.1:{port}-10.0.2.15:7",
                         "-netdev", f"socket,id=s,connect=127.0.0.1:{wire.getsockname()[1]}",
                         "-netdev", "hubport,hubid=0,id=a,netdev=u", "-netdev", "hubport,hubid=0,id=b,netdev=s"])
mac = bytes.fromhex("525400123456")

def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF

def discover():  # RFC 2131 §2, in UDP from port 68 to 67, from no address to all
    bootp = struct.pack("!4BIHH16x16s192x", 1, 1, 6, 0, 0x1234, 0, 0, mac) + bytes.fromhex("63825363350101ff")
    length = 28 + len(bootp)
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, length, 1, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return b"\xff" * 6 + mac + b"\x08\0" + head + struct.pack("!4H", 68, 67, length - 20, 0) + bootp

try:
    wire.settimeout(30)
    card, _ = wire.accept()
    said = []
    def listen(seconds, until=None):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and (not said or said[-1] != until):
            card.settimeout(left)
            try:
                head = card.recv(4, socket.MSG_WAITALL)
            except TimeoutError:
                return
            frame = card.recv(struct.unpack("!I", head)[0], socket.MSG_WAITALL)
            if frame[12:14] == b"\x08\x06":
                said.append("ARP")
            elif frame[12:14] == b"\x08\0" and frame[23] == 17:
                said.append("offer" if frame[36:38] == b"\0\x44" else "datagram")
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while "ARP" not in said:  # until QEMU has opened the forward
        sender.sendto(b"hello", ("127.0.0.1", port))
        listen(0.3, "ARP")
    frame = discover()
    card.sendall(struct.pack("!I", len(frame)) + frame)
    listen(3)
    print(*said, sep=", ")
    raise SystemExit(0 if said == ["ARP", "datagram", "offer"] else 1)
finally:
    qemu.kill()
P
qemu-system-x86_64 --version | head -n 1
as_found "a forwarded datagram comes before the offer of the address, once" python3 card.py
finish
