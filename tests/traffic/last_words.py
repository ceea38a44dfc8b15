#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What send() has accepted reaches the peer although the program ends at once: by main()'s return, by close(), by exit() on
another thread, and as a datagram. A reset that the program asks for loses it, and run.linger = 0 may, of which the console
tells."""

import socket
import time

import guest

arguments = guest.parse()


def machine(size, how, linger=""):
    return guest.nat(arguments, [("tcp", 9000), ("udp", 9000)], f"arg={size} arg={how} {linger}")


def read(connection, hurry=lambda: True):
    got = 0
    try:
        while piece := connection.recv(65536):
            got += len(piece)
            time.sleep(0 if hurry() else 0.03)
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

# More than the host's buffers take (tcp_wmem and the reader's own), for a reader that is in no hurry before the guest's end:
# when the last byte has been accepted, the guest still holds some.
LARGE = 8_000_000
with machine(LARGE, "return", "run.linger=0") as ended, socket.socket() as connection:
    ended.wait_for("^ready", 30)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", ended.port("tcp", 9000)))
    connection.sendall(b"x")
    got = read(connection, lambda: "have not gone out" in ended.console())
    told = ended.wait_for(r"(\d+) bytes and \d+ other frames have not gone out in 0 ms", 5)
    # What lay in the device's ring may still have gone.
    guest.check(told and 0 < int(told[1]) and got + int(told[1]) >= LARGE, f"without time to linger, {got} of {LARGE} bytes arrive, "
                f"and the console says that {told[1] if told else 'no'} may be lost")
    guest.check(ended.wait_end(10) is not None, "and it ends")
guest.finish()
