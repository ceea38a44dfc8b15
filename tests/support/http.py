# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""curl, and ports for machines to forward."""

import socket
import subprocess
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def row_of_ports(count):
    """The first of so many ports, one behind the other, that nobody has."""
    while True:
        first = free_port()
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return first
        except (OSError, OverflowError):
            continue


def send(port, path):
    """Asks and goes away: for a request that nobody will answer."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\n\r\n".encode())


def get(port, path="/", seconds=30, tries=True, host="127.0.0.1"):
    """What the server answers; repeated until it does, since a machine may still be booting. @return None: nothing"""
    end = time.monotonic() + seconds
    while True:
        done = subprocess.run(["curl", "-s", "-m", "3", f"http://{host}:{port}{path}"], capture_output=True)
        if done.returncode == 0 or not tries or time.monotonic() > end:
            return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
        time.sleep(0.1)
