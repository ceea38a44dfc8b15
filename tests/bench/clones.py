# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Copies of one warm server, as `wick run --clones` starts them: how long until all can run, what each has for itself, with the
processes that serve its network, and whether each answers."""

import os
import socket
import subprocess
import tempfile
import time

from guest import Unavailable
from native_peers import WALLS
from readings import private
from row import Row

FIRST_PORT = 20000


def family(pid):
    """A process and those that it has started."""
    yield pid
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        for child in file.read().split():
            yield from family(int(child))


def own_memory(pid):
    """KiB that nobody shares, of the copy itself and of all its processes."""
    parts = []
    for each in family(pid):
        with open(f"/proc/{each}/smaps_rollup", encoding="ascii") as file:
            parts.append(private(file.read()))
    return parts[0], sum(parts)


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            connection.sendall(b"GET /hello.txt HTTP/1.1\r\nHost: bench\r\n\r\n")
            return connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False


def crowd_of(context, image, wall, count):
    with tempfile.TemporaryDirectory(prefix="wick-clones-") as runtime:
        wick = [os.path.join(context.root, "build/host/tools/wick/wick")]
        environment = dict(os.environ, XDG_RUNTIME_DIR=runtime, WICK_ROOT=context.root)
        begin = time.monotonic()
        result = subprocess.run([*wick, "run", image, "--vmm", wall, "--clones", str(count), "--name", "copy", "-p", f"{FIRST_PORT}:80"],
                                env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - begin
        try:
            copies = [int(line.split()[1]) for line in result.stdout.splitlines()]
            if len(copies) != count:
                raise Unavailable(result.stderr.strip().splitlines()[-1])
            served = sum(answers(FIRST_PORT + number) for number in range(count))
            own = [own_memory(pid) for pid in copies]
        finally:
            subprocess.run([*wick, "stop", "copy-*"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    name = f"{wall}: {count:,} clones of a warm http"
    return [Row(f"{name}, time to start them", round(seconds, 2), 0.5 * count / 1000, "s"),
            Row(f"{name}, memory that each has for itself after an answer", round(sum(one for one, _ in own) / count), 100, "KiB"),
            Row(f"{name}, the same with the processes of its network", round(sum(all_ for _, all_ in own) / count), unit="KiB"),
            Row(f"{name}, that answer", served, count, most=False)]


def clones(context):
    rows = []
    for wall in WALLS:
        rows += crowd_of(context, context.image("http", wall="hosted"), wall, context.crowd)
    return rows
