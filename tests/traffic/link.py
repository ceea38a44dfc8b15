#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What happens on a real link, a tap: frames with a priority tag, broadcasts, errors by ICMP while a connection is made and
when it stands, and a link that goes down under connections that watch over their peers."""

import socket
import struct
import subprocess
import threading
import time

import guest
from packets import checksum

arguments = guest.parse()
DATAGRAMS, SILENT, ECHO = 2000, 2001, 2002
# To whom the guest's connection is answered by which ICMP code, and what the program is told (Linux, icmp(7), RFC 4443).
FALSE = 200  # added to a code: about another sequence number
CODES4 = {0: "ENETUNREACH", 1: "EHOSTUNREACH", 2: "ENOPROTOOPT", 3: "ECONNREFUSED", 9: "ENETUNREACH", 13: "EHOSTUNREACH", FALSE + 3: "ETIMEDOUT"}
CODES6 = {0: "ENETUNREACH", 1: "EACCES", 3: "EHOSTUNREACH", 4: "ECONNREFUSED", FALSE + 4: "ETIMEDOUT"}
PLACES = {f"192.0.2.{code}": (code, told) for code, told in CODES4.items()} | {f"2001:db8::1:{code:x}": (code, told) for code, told in CODES6.items()}


def icmp(packet, code):
    """The answer to a packet of the guest's: it can't go there."""
    sent = bytearray(packet[:60])
    header = 20 if packet[0] >> 4 == 4 else 40
    if code >= FALSE:
        code -= FALSE
        sent[header + 4] ^= 0x80
    if header == 20:
        body = bytes([3, code]) + bytes(6) + bytes(sent)
        body = body[:2] + checksum(body) + body[4:]
        out = struct.pack(">BBHHHBB", 0x45, 0, 20 + len(body), 0, 0, 64, 1)
        ends = socket.inet_aton(guest.HOST4) + packet[12:16]
        return out + checksum(out + ends) + ends + body
    body = bytes([1, code]) + bytes(6) + bytes(sent)
    ends = socket.inet_pton(socket.AF_INET6, guest.HOST6) + packet[8:24]
    pseudo = ends + struct.pack(">IxxxB", len(body), 58)
    return struct.pack(">IHBB", 6 << 28, len(body), 58, 64) + ends + body[:2] + checksum(pseudo + body) + body[4:]


class Wire:
    """The link as a router would see it."""

    def __init__(self, tap):
        self.file = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.file.bind((tap, 0))
        self.own, self.peer, self.echoed = self.file.getsockname()[4], None, None
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                frame, where = self.file.recvfrom(65536)
            except OSError:
                return  # the link is down
            if where[2] == 4 or frame[12:14] not in (b"\x08\x00", b"\x86\xdd"):
                continue
            self.peer, packet = frame[6:12], frame[14:]
            four = frame[12:14] == b"\x08\x00"
            protocol, to, header = (packet[9], socket.inet_ntoa(packet[16:20]), 20) if four else (packet[6], socket.inet_ntop(socket.AF_INET6, packet[24:40]), 40)
            if protocol != 6:
                continue
            if to in PLACES:
                self.send(frame[12:14], icmp(packet, PLACES[to][0]))
            elif packet[header + 2:header + 4] == struct.pack(">H", ECHO):
                self.echoed = packet

    def send(self, kind, packet):
        self.file.send(self.peer + self.own + kind + packet)


def datagram(text):
    body = struct.pack(">HHHH", 9, DATAGRAMS, 8 + len(text), 0) + text
    out = struct.pack(">BBHHHBB", 0x45, 0, 20 + len(body), 0, 0, 64, 17)
    ends = socket.inet_aton(guest.HOST4) + socket.inet_aton(guest.GUEST4)
    return out + checksum(out + ends) + ends + body


def listen(port):
    listener = socket.socket()
    listener.bind((guest.HOST4, port))
    listener.listen(8)
    return listener


with guest.Namespace("link") as net:
    net.enter()
    for places in ("192.0.2.0/24", "2001:db8::/32"):  # else the kernel answers first, IPv4 where it forwards
        subprocess.run(["ip", "route", "add", "blackhole", places], check=True)
    wire, silent, echo = Wire(net.tap), listen(SILENT), listen(ECHO)
    things = ["echo", "keep-alive", "user timeout"] + [f"to {place}" for place in PLACES]
    settings = "arg=" + " arg=".join(f'"{thing}"' for thing in things) + f" net.gateway6={guest.HOST6} run.linger=500"
    with net.start(arguments, settings) as machine:
        chat = echo.accept()[0]
        watched = [silent.accept()[0] for _ in range(2)]
        for tag, text in ((b"\x81\x00\x20\x00", b"priority"), (b"\x81\x00\x00\x05", b"another net"), (b"\x81\x00\x60\x00\x81\x00\x00\x00", b"two tags"), (b"", b"plain")):
            wire.send(tag + b"\x08\x00", datagram(text))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as everybody:
            everybody.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            everybody.sendto(b"to everybody", ("10.98.0.255", DATAGRAMS))
            everybody.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, net.tap.encode())
            everybody.sendto(b"to everybody here", ("255.255.255.255", DATAGRAMS))
        guest.check(machine.wait_for("^datagram: to everybody$", 5) and machine.wait_for("^datagram: to everybody here$", 5),
                    "broadcasts are received without SO_BROADCAST")
        console = machine.console()
        guest.check("datagram: priority" in console, "a frame of VLAN 0 is received")
        guest.check("datagram: plain" in console and "another net" not in console and "two tags" not in console, "frames of other VLANs are not")

        chat.settimeout(5)
        for number, text in enumerate((b"a", b"b")):
            chat.sendall(text)
            guest.check(chat.recv(10) == text, "an ICMP error doesn't end a connection that stands" if number else "a connection")
            wire.send(b"\x08\x00", icmp(wire.echoed, 3))
        for place, (code, told) in PLACES.items():
            said = machine.wait_for(rf"^to {place}: (.*)$", 10)
            guest.check(said and said.group(1) == told, f"connecting to {place}, which ICMP code {code} answers: {said and said.group(1)}")
        chat.close()

        begun = time.monotonic()
        subprocess.run(["ip", "link", "set", net.tap, "down"], check=True)
        for thing in ("user timeout", "keep-alive"):
            said = machine.wait_for(rf"^{thing}: (.*)$", 10)
            guest.check(said and said.group(1) == "ETIMEDOUT" and time.monotonic() - begun > 1, f"{thing}, the link down: {said and said.group(1)} after {time.monotonic() - begun:.1f} s")
        guest.check(machine.wait_end(5) == 0, "and the program ends")
guest.finish()
