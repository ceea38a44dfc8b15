#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Copies of apps/https that were started from one snapshot share no secret: the ticket of one is worth nothing to another, nor to
the one that the snapshot was taken of, and no two of them say the same random bytes. https_copies.py --image IMAGE --wall WALL"""

import contextlib
import os
import subprocess
import tempfile

import guest
from raw_tls import HEAD, Client
from tls import Authority

COPIES = 3
X25519 = b"\0\x1d\0\x20"  # a share of a key of this group, and its length
SAID = 8  # connections to each, whose bytes are compared
REQUEST = b"GET /hello.txt HTTP/1.1\r\nHost: wick.test\r\nConnection: close\r\n\r\n"

arguments = guest.parse()
guest.need("openssl")
check = guest.check


def start(name, *options):
    """@param name of its disk, which is its own"""
    disk = os.path.join(folder, name)
    authority.write(disk, certificate)
    machine = stack.enter_context(guest.HostedNat(arguments.image, arguments.wall, [("tcp", 443)], "arg=--certificate arg=/dev/tls", "--disk",
                                                  f"tls={disk}", *options))
    check(machine.wait_for(r"https: \d+ paths, port 443", 30), f"{name} serves\n{machine.console()}")
    return machine


def said_of(machine, *options):
    done = subprocess.run(["openssl", "s_client", "-ign_eof", "-connect", f"127.0.0.1:{machine.port('tcp', 443)}", "-CAfile", authority.file, *options],
                          input=REQUEST, capture_output=True, timeout=20)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def resumes(machine, session, version):
    said = said_of(machine, version, "-sess_in", session)
    check("Hello, wick!" in said, "        (it serves)")
    return "\nReused, " in said


def check_tickets(machines, version):
    for name, machine in machines.items():
        session = os.path.join(folder, f"session-{name}")
        check("\nNew, " in said_of(machine, version, "-sess_out", session), f"{version[1:]}: {name} gives a ticket")
    for name, machine in machines.items():
        for giver in machines:
            taken = resumes(machine, os.path.join(folder, f"session-{giver}"), version)
            check(taken == (giver == name), f"{version[1:]}: {name} {'takes' if giver == name else 'does not take'} the ticket of {giver}")


def random_of(machine):
    """The ServerHello's random and the key that it proposes for this connection: the server's first bytes of randomness."""
    with Client(machine.port("tcp", 443), authority.file) as client:
        check(client.shake_hands() is None, "        (a connection)")
        hello = client.seen[HEAD:]
        key = hello.index(X25519) + len(X25519)
        return hello[6:38], hello[key:key + 32]


def check_randomness(machines):
    drawn = [value for machine in machines.values() for _ in range(SAID) for value in random_of(machine)]
    check(len(drawn) == 2 * SAID * len(machines) and all(len(value) == 32 for value in drawn), f"{len(drawn)} values of 32 bytes are seen")
    check(len(set(drawn)) == len(drawn), "no two of them are the same")


with tempfile.TemporaryDirectory(prefix="wick-copies-") as folder, contextlib.ExitStack() as stack:
    authority = Authority(folder, "wick.test")
    certificate, snapshot = authority.certificate(), os.path.join(folder, "snapshot")
    machines = {"first": start("first", "--snapshot", snapshot)}
    machines |= {f"copy{number}": start(f"copy{number}", "--restore", snapshot) for number in range(COPIES)}
    check_randomness(machines)
    for version in ("-tls1_3", "-tls1_2"):
        check_tickets(machines, version)
guest.finish()
