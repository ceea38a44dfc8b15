#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Where a guest may go over the network without privileges, with a real world behind it: two network namespaces, one the
host's and one of servers, among them one at the address where clouds keep their metadata, and a name server on the
host's loopback. A guest that may go anywhere, one with a list of places and one that may go nowhere, each behind QEMU as
`wick run` starts it and behind the walls of Linux; all at once."""

import argparse
import os
import re
import socket
import struct
import subprocess
import tempfile
import threading

import guest
import hosted
import name_server

HOST, WORLD, OTHER, METADATA, HOST6, WORLD6 = "192.0.2.1", "192.0.2.80", "192.0.2.81", "169.254.169.254", "2001:db8::1", "2001:db8::80"
NAMES = {"db.example": (WORLD, WORLD6), "other.example": (OTHER, None),
         # Names may be in somebody else's hand: this one leads to the host.
         "inside.example": (HOST, HOST6), "loopback.example": ("127.0.0.1", "::1")}
CLOSED, OPENED = 22080, 22081  # of the host's loopback
HELLO = b"hello"

# In this order, and what each policy lets through.
TRIES = [
    (WORLD, "80", {"any"}), (WORLD, "80/udp", {"any"}), (WORLD6, "80", {"any"}),
    ("db.example", "80", {"any", "list"}),
    (WORLD, "80", {"any", "list"}), (WORLD, "80/udp", {"any", "list"}),  # now that its name has been asked for
    ("db.example", "81", {"any"}), (WORLD, "81", {"any"}), ("secret.other.example", "80", {}), ("other.example", "80", {"any"}),
    (OTHER, "80", {"any"}), (METADATA, "80", {"list"}), (METADATA, "80/udp", {"list"}), (METADATA, "81", {}),
    ("inside.example", "80", {}), ("loopback.example", "80", {}), (HOST, "80", {}), (HOST, "80/udp", {}), (HOST6, "80", {}),
    ("10.0.2.2", str(CLOSED), {}), ("10.0.2.2", f"{CLOSED}/udp", {}), ("fec0::2", str(CLOSED), {}),
    ("::ffff:10.0.2.2", str(CLOSED), {}), ("64:ff9b::127.0.0.1", str(CLOSED), {}), ("fe80::80", "80", {}),
    ("10.0.2.2", str(OPENED), {"any", "list", "none"}), ("10.0.2.3", "80", {}),
]
asked = []


def bound(kind, address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    server = socket.socket(family, kind)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    server.bind((address, port))
    if kind == socket.SOCK_STREAM:
        server.listen(16)
    return server


def serve(server):
    def greet():
        while True:
            if server.type == socket.SOCK_STREAM:
                with server.accept()[0] as client:
                    client.sendall(HELLO)
            else:
                server.sendto(HELLO, server.recvfrom(100)[1])

    threading.Thread(target=greet, daemon=True).start()


def serve_names(server):
    def answer():
        while True:
            question, where = server.recvfrom(2000)
            name, kind, _ = name_server.read_question(question)
            asked.append(name)
            four, six = NAMES.get(name, (None, None))
            records = []
            if kind == name_server.A and four:
                records = [name_server.record(name, kind, socket.inet_aton(four))]
            if kind == name_server.AAAA and six:
                records = [name_server.record(name, kind, socket.inet_pton(socket.AF_INET6, six))]
            server.sendto(name_server.reply(question, records, 0 if name in NAMES else 3), where)

    threading.Thread(target=answer, daemon=True).start()


def world(host, servers):
    def run(line):
        subprocess.run(["ip", *line.split()], check=True, capture_output=True)

    run(f"-n {host} link add out0 type veth peer name in0 netns {servers}")
    for name, device, addresses in ((host, "out0", (f"{HOST}/24", f"{HOST6}/64")),
                                    (servers, "in0", (f"{WORLD}/24", f"{OTHER}/24", f"{METADATA}/16", "fe80::80/64", f"{WORLD6}/64"))):
        for address in addresses:
            run(f"-n {name} addr add {address} dev {device}{' nodad' if ':' in address else ''}")
        run(f"-n {name} link set {device} up")
    run(f"-n {host} route add {METADATA}/32 dev out0")
    run(f"-n {host} link set lo up")
    kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM)
    there = (WORLD, OTHER, METADATA, WORLD6)
    for server in guest.namespace_sockets(servers, lambda: [bound(kind, one, port) for kind in kinds for one in there for port in (80, 81)]):
        serve(server)
    everywhere = ("0.0.0.0", "::")
    for server in guest.namespace_sockets(host, lambda: [bound(kind, one, port) for kind in kinds for one in everywhere for port in (80, CLOSED, OPENED)]):
        serve(server)
    serve_names(guest.namespace_sockets(host, lambda: [bound(socket.SOCK_DGRAM, "127.0.0.53", 53)])[0])


def check_tap(host, runner):
    """Behind a tap nobody could keep to the list."""
    own, bootable = arguments.list
    command = [arguments.wick, "run", bootable, "--vmm", "qemu"] if runner == "qemu" else hosted.command(own, runner)
    run = host.run(*command, "--tap", host.tap, stdin=subprocess.DEVNULL)
    said = b"restricts network.outgoing" in run.stdout + run.stderr
    guest.check(run.returncode != 0 and said, f"{runner}: a tap for a guest with a list of places is refused")


def start(image, runner, namespace, servers_file):
    """With a resolv.conf of its own."""
    inside = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'
    command = ["ip", "netns", "exec", namespace, "unshare", "-m", "sh", "-c", inside, servers_file]
    words = [word for address, port, _ in TRIES for word in (f"--arg={address}", f"--arg={port}")]
    own = [arguments.wick, "run", image, "--vmm", "qemu", "--memory", "64M"] if runner == "qemu" else hosted.command(image, runner)
    return subprocess.Popen(command + own + ["--host-loopback", str(OPENED)] + words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)


parser = argparse.ArgumentParser()
parser.add_argument("--wick", required=True)
for policy in ("any", "list", "none"):
    parser.add_argument(f"--{policy}", required=True, nargs=2, metavar=("APPLIANCE", "IMAGE"))
arguments = parser.parse_args()

with guest.Namespace("outgoing-host") as host, guest.Namespace("outgoing-world") as servers, \
        tempfile.NamedTemporaryFile("w", suffix=".conf") as resolv:
    resolv.write("nameserver 127.0.0.53\n")
    resolv.flush()
    world(host.name, servers.name)
    runs = {}
    for policy in ("any", "list", "none"):
        own, bootable = getattr(arguments, policy)
        for runner in ("qemu", *hosted.walls()):
            runs[runner, policy] = start(os.path.abspath(bootable if runner == "qemu" else own), runner, host.name, resolv.name)
    for (runner, policy), process in runs.items():
        text = process.communicate(timeout=120)[0].decode("utf-8", "replace").replace("\r\n", "\n")
        told = re.findall(r"^(\S+) (\d+(?:/udp)?): (.*)$", text, re.M)
        wrong = [f"{address} {port}: {said}" for (address, port, open_for), (_, _, said) in zip(TRIES, told)
                 if said.startswith("reached, 5 bytes: hello") != (policy in open_for)]
        good = not wrong and [one[:2] for one in told] == [one[:2] for one in TRIES] and process.returncode == 0
        guest.check(good, f"{runner}, outgoing {policy}: it reaches what it may and nothing else {wrong}")
        if not good:
            print(text)
    for runner in ("qemu", *hosted.walls()):
        check_tap(host, runner)
guest.finish()
