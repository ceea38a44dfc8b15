# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Appliances of `wick serve` that sleep: what ten thousand of them cost, and how long it takes from a connection to the first byte
of the answer of one that wakes; the first time from the snapshot that all share, then from its own."""

import os
import random
import re
import signal
import socket
import statistics
import subprocess
import tempfile
import time

from guest import Unavailable
from native_peers import WALLS
from readings import available
from row import Row

FIRST_PORT = 20000
PATIENCE = 60


def first_byte(port):
    """Milliseconds."""
    with socket.socket() as connection:
        connection.settimeout(PATIENCE)
        begin = time.perf_counter()
        connection.connect(("127.0.0.1", port))
        connection.sendall(b"GET /hello.txt HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
        answer = connection.recv(4096)
        took = (time.perf_counter() - begin) * 1000
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise Unavailable(f"port {port} answers {answer[:40]}")
        while connection.recv(4096):
            pass
    return took


def awake(metrics):
    with socket.create_connection(("127.0.0.1", metrics), PATIENCE) as connection:
        connection.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")
        page = b""
        while part := connection.recv(65536):
            page += part
    return int(re.search(rb"^wick_serve_awake (\d+)$", page, re.M).group(1))


def left():
    """KiB of this machine's memory."""
    with open("/proc/meminfo", encoding="ascii") as file:
        return available(file.read())


def all_sleep(metrics):
    end = time.monotonic() + PATIENCE
    while awake(metrics):
        if time.monotonic() > end:
            raise Unavailable("some don't go to sleep")
        time.sleep(0.1)


def rows_of(name, times):
    return [Row(f"{name}, median", round(statistics.median(times), 2), 5, "ms"),
            Row(f"{name}, 99 of 100", round(sorted(times)[len(times) * 99 // 100], 2), 15, "ms")]


def sleepers(context, image, wall, count, wakes):
    wick = os.path.join(context.root, "build/host/tools/wick/wick")
    metrics = FIRST_PORT + count
    with tempfile.TemporaryDirectory(prefix="wick-serve-") as folder, open(os.path.join(folder, "console"), "w+", encoding="utf-8") as console:
        before = left()
        server = subprocess.Popen([wick, "serve", image, "--vmm", wall, "--copies", str(count), "--listen", str(FIRST_PORT), "--idle", "200ms",
                                   "--metrics", str(metrics)], env=dict(os.environ, XDG_RUNTIME_DIR=folder, TMPDIR=folder, WICK_ROOT=context.root),
                                  stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        try:
            end = time.monotonic() + PATIENCE
            while "wakes one" not in (said := open(console.name, encoding="utf-8").read()):
                if server.poll() is not None or time.monotonic() > end:
                    raise Unavailable((said.strip().splitlines() or ["it says nothing"])[0])
                time.sleep(0.1)
            taken = before - left()
            with open(f"/proc/{server.pid}/status", encoding="ascii") as file:
                resident = int(re.search(r"VmRSS:\s*(\d+)", file.read()).group(1))
            chosen = random.sample(range(FIRST_PORT, FIRST_PORT + count), wakes)
            turns = []
            for _ in range(2):
                times = []
                for port in chosen:
                    times.append(first_byte(port))
                    time.sleep(0.02)
                all_sleep(metrics)
                turns.append(times)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    name = f"{wall}: {count:,} that sleep"
    return [Row(f"{name}, resident in their parent", round(resident / 1024, 1), 64, "MiB"),
            Row(f"{name}, memory of the machine that each takes", round(max(taken, 0) / count, 1), unit="KiB"),
            *rows_of(f"{name}, one wakes from the shared snapshot: connection to first byte", turns[0]),
            *rows_of(f"{name}, one wakes from its own", turns[1])]


def serve(context):
    rows = []
    for wall in WALLS:
        rows += sleepers(context, context.image("http", wall="hosted"), wall, 10 * context.crowd, 100 if context.crowd < 1000 else 400)
    return rows
