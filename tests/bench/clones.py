# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Copies of one warm server, as `wick run --clones` starts them: how long until all can run, what each has for itself, with the
processes that serve its network, and whether each answers. What an appliance writes of itself lies in memory, as /run/user does."""

import os
import socket
import subprocess
import tempfile
import time

from guest import ROOT, SCRATCH, Unavailable
from native_peers import WALLS, appliance
from readings import private
from row import Row

FIRST_PORT = 20000
WICK = [os.path.join(ROOT, "build/host/tools/wick/wick")]


def processes_of(image):
    """All that have been started from this file, networks of appliances among them."""
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{name}/exe") == os.path.realpath(image):
                yield int(name)
        except OSError:
            pass  # a kernel thread, or gone


def own_memory(pids):
    """KiB that nobody shares, of all these processes."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            total += private(file.read())
    return total


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            connection.sendall(b"GET /hello.txt HTTP/1.1\r\nHost: bench\r\n\r\n")
            return connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    except OSError:
        return False


def one_by_one(context, image, wall, count, environment):
    """Seconds for each of so many restores by themselves, 16 at once, and for each of so many copies; in this order, one after the other."""
    snapshot, ports = os.path.join(SCRATCH, f"{wall}.clones-snapshot"), range(FIRST_PORT, FIRST_PORT + count)
    with appliance(context.network, image, wall, "--snapshot", snapshot):
        pass
    restore = [image, "--wall", wall, "--restore", snapshot]
    taken = []
    for name, words, text in (("one", ["xargs", "-P", "16", "-I{}", *restore, "-d", "--name", "one-{}", "-p", "{}:80"], "\n".join(map(str, ports))),
                              ("all", [*restore, "--clones", str(count), "--name", "all", "-p", f"{FIRST_PORT}:80"], "")):
        begin = time.monotonic()
        subprocess.run(words, input=text, env=environment, stdout=subprocess.DEVNULL, text=True, check=True)
        taken.append((time.monotonic() - begin) / count)
        subprocess.run([*WICK, "stop", f"{name}-*"], env=environment, stdout=subprocess.DEVNULL, check=True)
    return taken


def crowd_of(context, image, wall, count):
    others = set(processes_of(image))
    with tempfile.TemporaryDirectory(prefix="wick-clones-", dir="/dev/shm") as runtime:
        environment = dict(os.environ, XDG_RUNTIME_DIR=runtime, WICK_ROOT=context.root)
        begin = time.monotonic()
        result = subprocess.run([*WICK, "run", image, "--vmm", wall, "--clones", str(count), "--name", "copy", "-p", f"{FIRST_PORT}:80"],
                                env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - begin
        try:
            copies = [int(line.split()[1]) for line in result.stdout.splitlines()]
            if len(copies) != count:
                raise Unavailable(result.stderr.strip().splitlines()[-1])
            served = sum(answers(FIRST_PORT + number) for number in range(count))
            own, all_of_them = own_memory(copies), own_memory(set(processes_of(image)) - others)
        finally:
            subprocess.run([*WICK, "stop", "copy-*"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        one, of_all = one_by_one(context, image, wall, count // 5, environment)
    name = f"{wall}: {count:,} clones of a warm http"
    return [Row(f"{name}, time to start them", round(seconds, 2), 0.5 * count / 1000, "s"),
            Row(f"{wall}: a clone, time over that of a restore that is executed, 16 at once", round(of_all / one, 2), unit="x"),
            Row(f"{name}, memory that each has for itself after an answer", round(own / count), 100, "KiB"),
            Row(f"{name}, the same with the processes of its network", round(all_of_them / count), unit="KiB"),
            Row(f"{name}, that answer", served, count, most=False)]


def clones(context):
    rows = []
    for wall in WALLS:
        rows += crowd_of(context, context.image("http", wall="hosted"), wall, context.crowd)
    return rows
