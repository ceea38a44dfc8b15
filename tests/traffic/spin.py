#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""tests/guest/spin: a thread that computes keeps nobody waiting. Its slices let the network in and the server run."""

import socket
import time

import guest

MOST_MS = 20
arguments = guest.parse()

with guest.nat(arguments, [("tcp", 80)]) as machine:
    guest.check(machine.wait_for("serving", 20), "the server's thread has begun")
    times = []
    with socket.create_connection(("127.0.0.1", machine.port("tcp", 80)), 10) as connection:
        connection.settimeout(10)
        for _ in range(100):
            began = time.monotonic()
            connection.sendall(b"GET / HTTP/1.1\r\nHost: spin\r\n\r\n")
            answer = b""
            while not answer.endswith(b"spins\n"):
                piece = connection.recv(1024)
                if not piece:
                    break
                answer += piece
            times.append(1000 * (time.monotonic() - began))
    times.sort()
    guest.check(len(times) == 100 and answer.startswith(b"HTTP/1.1 200"), "100 requests are answered")
    # The host's own load may hold one of them up.
    print(f"        {times[0]:.1f} ms, median {times[50]:.1f}, 95 of 100 {times[95]:.1f}, longest {times[-1]:.1f}")
    guest.check(times[95] <= MOST_MS, f"within {MOST_MS} ms")
guest.finish()
