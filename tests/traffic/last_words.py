#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What send() has accepted reaches the peer although the program ends at once: by main()'s return, by close(), by exit() on
another thread, and as a datagram. A reset that the program asks for loses it, and so does run.linger = 0, of which the
console tells."""

import socket
import time

import guest

arguments = guest.parse()


def machine(size, how, linger=""):
    return guest.nat(arguments, [("tcp", 9000), ("udp", 9000)], f"arg={size} arg={how} {linger}")


def read(connection):
    got = 0
    try:
        while piece := connection.recv(65536):
            got += len(piece)
    except OSError:
        got = -got - 1  # ended by a reset
    return got


for size, how in ((100, "return"), (1_000_000, "return"), (300_000, "close"), (300_000, "exit")):
    with machine(size, how) as ended:
        guest.check(ended.wait_for("^ready", 30), "it is ready")
        with socket.create_connection(("127.0.0.1", ended.port("tcp", 9000)), 10) as connection:
            connection.settimeout(20)
            connection.sendall(b"x")
            got = read(connection)
            guest.check(got == size, f"{how}: {got} of {size} bytes")
        begun = time.monotonic()
        guest.check(ended.wait_end(10) is not None and time.monotonic() - begun < 3, f"{how}: and it ends")

with machine(1, "datagram") as ended, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
    guest.check(ended.wait_for("^ready", 30), "it is ready")
    asking.settimeout(5)
    asking.sendto(b"x", ("127.0.0.1", ended.port("udp", 9000)))
    try:
        got = asking.recv(10)
    except OSError:
        got = b""
    guest.check(got == b"x", "datagram: it comes back")

with machine(50_000, "reset") as ended:
    ended.wait_for("^ready", 30)
    with socket.create_connection(("127.0.0.1", ended.port("tcp", 9000)), 10) as connection:
        connection.settimeout(20)
        connection.sendall(b"x")
        got = read(connection)
        guest.check(got < 50_000, "reset: not everything, as asked for")

with machine(1_000_000, "return", "run.linger=0") as ended:
    ended.wait_for("^ready", 30)
    with socket.create_connection(("127.0.0.1", ended.port("tcp", 9000)), 10) as connection:
        connection.settimeout(20)
        connection.sendall(b"x")
        guest.check(read(connection) < 1_000_000, "without time to linger not everything arrives")
    guest.check(ended.wait_for("have not gone out in 0 ms", 5), "and the console says what was lost")
    guest.check(ended.wait_end(10) is not None, "and it ends")
guest.finish()
