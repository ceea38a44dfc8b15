# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""curl, and ports for machines to forward."""

import os
import socket
import subprocess
import sys
import time

sys.path.append(os.path.dirname(os.path.abspath(__file__)))  # at the end: Python has an http, too
from host_ports import free_port, row_of_ports  # noqa: E402, F401


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
