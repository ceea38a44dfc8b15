# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Processor time, beside the rates of native_measures.py: what the client takes of it for a request, beyond which no server
is quicker, and what an appliance takes while others want all processors. Both say something on a busy machine, too."""

import contextlib
import os
import statistics
import sys

from guest import Load
from native_peers import GUESTS, NATIVE, WALLS, Program, appliance, native
from row import Row

MANY = 64  # connections
HOGS_PER_PROCESSOR = 2


def consumed(process):
    """Seconds of processors that all threads of a process have had."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def client(context):
    """wrk has one thread: a request that takes it so long can't come more often."""
    servers, times = {"native": NATIVE} | {wall: GUESTS[wall] for wall in WALLS}, {}
    image, network = context.image("http", wall="hosted"), context.network
    with native(network), appliance(network, image, "hosted"), appliance(network, image, "process"):
        for _ in range(context.rounds):
            for name, address in servers.items():
                load = Load(MANY, context.round_seconds, server=address, within=network.within)
                times.setdefault(name, []).append(load.client_seconds / load.requests * 1e6)
    yield Row(f"the native C server: the client's processor time a request, {MANY} connections", round(statistics.median(times["native"]), 2), unit="µs")
    for wall in WALLS:
        ratio = statistics.median(mine / theirs for mine, theirs in zip(times[wall], times["native"]))
        yield Row(f"{wall}: the same, over that", round(ratio, 2), unit="x")


def contended(context):
    """One connection, for which `hosted` has two threads look, and programs that never sleep."""
    image, network, times, rates = context.image("http", wall="hosted"), context.network, {}, {}
    with contextlib.ExitStack() as running:
        servers = {wall: running.enter_context(appliance(network, image, wall)) for wall in WALLS}
        for _ in range(HOGS_PER_PROCESSOR * (os.cpu_count() or 1)):
            running.enter_context(Program([sys.executable, "-c", "while True: pass"]))
        for _ in range(context.rounds):
            for wall, server in servers.items():
                before = consumed(server.process)
                load = Load(1, context.round_seconds, server=GUESTS[wall], within=network.within)
                times.setdefault(wall, []).append((consumed(server.process) - before) / load.requests * 1e6)
                rates.setdefault(wall, []).append(load.rate)
    for wall in WALLS:
        where = f"{wall}: 1 connection while {HOGS_PER_PROCESSOR} programs a processor compute"
        yield Row(f"{where}, processor time a request", round(statistics.median(times[wall]), 1), unit="µs")
        yield Row(f"{where}, requests/s", round(statistics.median(rates[wall])))


ALL = {"client": client, "contended": contended}
