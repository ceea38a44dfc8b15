# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The figures of the walls: what a call, a restart and a request cost behind each, and how much code holds them."""

import os
import re
import socket
import subprocess
import sys
import time

from guest import GUEST, Counts, Load, Unavailable, address, server
from row import Row
from support import qemu

# Wall, what the command line calls it, and the function that hv calls once for each time that the guest runs.
WALLS = (("ring", "ring", "hv_ring_run"), ("AMD-V", "svm", "hv_svm_run"))


def ticks(image, wall, pattern):
    """The last figure that an image prints of itself. With -icount a tick of the time-stamp counter is an instruction."""
    extra = ["-icount", "shift=0,sleep=off", "-netdev", "user,id=n0", "-device", "virtio-net-device,netdev=n0"]
    text = qemu.run(qemu.command(image, append=f"wick.wall={wall}", extra=extra), 120).text
    found = re.findall(pattern + r": (\d+) ticks", text)
    if not found:
        raise Unavailable(f"{os.path.basename(image)} prints no figure behind {wall}")
    return int(found[-1])


def costs(context):
    """Instructions of a call and of a restart. The second image has a network stack and has written 4 MiB of heap."""
    rows = []
    for (name, wall, _), most in zip(WALLS, (150, 400)):
        rows.append(Row(f"{name}: instructions of a null call, entry to return",
                        ticks(context.probe("null-call"), wall, "null call"), most))
    for name, wall, _ in WALLS:
        rows.append(Row(f"{name}: instructions from a fault to main again, 4 MiB written, network",
                        ticks(context.probe("restart-cost"), wall, "restart"), 200_000))
    return rows


def behind(context, wall, counts=None):
    """http behind a wall of the image that carries all of them; wall None: without any."""
    append = f"net.ipv4={GUEST}/24 net.ipv6=off" + (f" wick.wall={wall}" if wall else "")
    return server(context.image("http", wall="vm" if wall else None), context.tap, append=append,
                  extra=counts.arguments if counts else ())


def load(context):
    """Exits and speed at 64 connections. The walls take turns, the best run of each counts: whatever else the machine does
    only takes away."""
    best = {}
    for _ in range(context.repeats // 5 + 1):
        for wall in (None, *(wall for _, wall, _ in WALLS)):
            with behind(context, wall):
                Load(64, 1)
                best[wall] = max(best.get(wall, 0), Load(64, context.seconds).rate)
    rows = []
    for (name, wall, entry), least_ratio in zip(WALLS, (0.85, 0.6)):
        counts = Counts(visits=address(context.debug("http", wall="vm"), entry))
        with behind(context, wall, counts):
            Load(64, 1)
            before = counts.mark("visits"), counts.instructions()
            counted = Load(64, context.seconds)
            exits, spent = counts.mark("visits") - before[0], counts.instructions() - before[1]
        rows.append(Row(f"{name}: exits a request, 64 connections", round(exits / counted.requests, 3), 0.5))
        rows.append(Row(f"{name}: instructions a request, 64 connections", round(spent / counted.requests)))
        rows.append(Row(f"{name}: requests/s at 64 connections over wall none", round(best[wall] / best[None], 2), least_ratio,
                        "x", most=False))
    return rows


def first_answer(since, seconds=30):
    """Seconds from `since` to the first answer. Each try is short: a SYN that nobody hears would cost a second."""
    while time.monotonic() - since < seconds:
        try:
            with socket.create_connection((GUEST, 80), 0.02) as connection:
                connection.settimeout(0.5)
                connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
                if connection.recv(64):
                    return time.monotonic() - since
        except OSError:
            pass
    raise Unavailable("the server does not answer")


def again(context):
    """From a null pointer in a server to its next answer, over the time from starting the machine to its first one."""
    rows = []
    image = context.image("crash-demo", wall="vm")
    for name, wall, _ in WALLS:
        append = f"net.ipv4={GUEST}/24 net.ipv6=off wick.wall={wall}"
        begin = time.monotonic()
        with qemu.Machine(qemu.command(image, append=append, extra=context.tap.arguments())):
            cold, warm = first_answer(begin), []
            for _ in range(context.repeats):
                with socket.create_connection((GUEST, 80), 5) as connection:
                    begin = time.monotonic()
                    connection.sendall(b"GET /crash HTTP/1.1\r\n\r\n")
                warm.append(first_answer(begin))
        rows.append(Row(f"{name}: crash to the next answer over power-on to the first", round(min(warm) / cold, 3), 0.1, "x"))
    return rows


def trusted_base(context):
    """What runs with privilege in an image of wall vm that has all drivers of metal (network and volume: virtio, e1000,
    NVMe; UART): lines of code of its sources, bytes of its sections."""
    folder, debug = os.path.split(context.probe_debug("journal"))
    answer = subprocess.run([sys.executable, os.path.join(context.root, "tests/checks/privileged.py"), folder, debug.removesuffix(".debug")],
                            stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = int(re.search(r"(\d+) lines of code", answer)[1])
    sections = subprocess.run(["llvm-readelf-19", "-SW", context.probe_debug("journal")], stdout=subprocess.PIPE, text=True,
                              check=True).stdout
    loaded = re.findall(r"\] \.hv\.\S+\s+PROGBITS\s+\S+\s+\S+\s+([0-9a-f]+)", sections)
    return [Row("vm: lines of privileged code", lines, 10_000),
            Row("vm: privileged code and data with virtio, e1000, NVMe and UART, KiB",
                round(sum(int(size, 16) for size in loaded) / 1024, 1), 160)]
