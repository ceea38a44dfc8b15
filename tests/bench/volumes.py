# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Measures volumes with files beside the host's own file system, on one disk and in one run, prints each figure with its target
and writes docs/bench-volumes.md. Exit code 0 only when all were measured and reach their targets. `wick bench --volumes` calls this."""

import argparse
import glob
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import guest
import port_programs
from context import Context
from guest import Unavailable, call
from native_measures import progress, ratio
from port_clients import redis_answers, redis_rates
from ports import Server
from report import load_average, machine, measure
from row import Row
from support import lacks

PAGE = """# Figures of volumes

Written by `wick bench --volumes` at commit {commit}; do not edit. Profile cloud, behind `{wall}`. {machine}; load average {before}
before the run and {after} after it.

A volume is a file of the same {host} in whose folder the native program works, and one flush of it is one `fdatasync` of that file. Both sides
run the very same source ([file-load](../tests/guest/file-load/main.c)), by turns; ratios are medians of {rounds} rounds. Other work on the
machine and on its disk makes them worse or better.

| figure | measured | target | |
|---|---|---|---|
"""

TARGETS = {"synced": ("4 KiB anywhere in a file and fsync, {0} times", 0.9), "sequential": ("{1} MiB in sequence and fsync", 0.9),
           "files": ("{2} files: create, 100 bytes, fsync, then unlink", 0.7)}


class VolumeContext(Context):
    def __init__(self, quick):
        super().__init__(quick)
        self.wall = "hosted" if lacks.has_kvm() else "process"
        self.rounds, self.sizes = (3, (100, 16, 200)) if quick else (5, (500, 128, 10_000))

    def volume(self, folder, size):
        path = os.path.join(folder, "data.img")
        call(os.path.join(guest.ROOT, "wick"), "volume", "create", path, "--size", size)
        return path


def times_of(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=1800)
    found = {name: int(count) / 1e9 for name, count in re.findall(r"^(\w+) (\d+)$", done.stdout, re.M)}
    if done.returncode or set(found) != set(TARGETS):
        raise Unavailable(f"{command[0]} ends with {done.returncode}: {(done.stdout + done.stderr)[-200:]}")
    return found


def files(context):
    image, sizes = context.probe("file-load", "hosted"), [str(size) for size in context.sizes]
    program = guest.built("../guest/file-load/main.c", "file-load", "clang-19", "-O2", "{source}", "-o", "{target}")
    rates = {side: {name: [] for name in TARGETS} for side in ("volume", "native")}
    for turn in range(context.rounds):
        with tempfile.TemporaryDirectory(dir=guest.SCRATCH) as folder:
            disk = context.volume(folder, "512M")
            os.mkdir(f"{folder}/native")
            words = [f"--arg={word}" for word in ("/data", *sizes)]
            sides = {"volume": [image, "--wall", context.wall, "--disk", f"data={disk}", *words],
                     "native": [program, f"{folder}/native", *sizes]}
            for side in list(sides)[::1 if turn % 2 else -1]:
                for name, seconds in times_of(sides[side]).items():
                    rates[side][name].append(1 / seconds)
        progress(f"round {turn + 1} of {context.rounds}: " + ", ".join(
            f"{name} {1 / rates['volume'][name][-1]:.2f} s, natively {1 / rates['native'][name][-1]:.2f} s" for name in TARGETS))
    for name, (what, target) in TARGETS.items():
        mine, theirs = rates["volume"][name], rates["native"][name]
        yield Row(what.format(*context.sizes) + ", rate over the host's file system", ratio({"a": mine, "b": theirs}, "a", "b"), target, "x",
                  most=False)


def mount_time(context):
    """What a kill in the middle of a load has left, on a volume of 1 GiB."""
    sources = glob.glob(f"{guest.ROOT}/wickfs/*.cpp")
    program = guest.built("mount_time.cpp", "mount_time", "clang++-19", "-std=c++23", "-O2", f"-I{guest.ROOT}", f"-I{guest.ROOT}/hv",
                          "{source}", *sources, "-o", "{target}")
    image, found = context.probe("file-load", "hosted"), []
    for turn in range(context.rounds):
        with tempfile.TemporaryDirectory(dir=guest.SCRATCH) as folder:
            disk = context.volume(folder, "1G")
            with subprocess.Popen([image, "--wall", context.wall, "--disk", f"data={disk}", "--arg=/data", "--arg=200", "--arg=512", "--arg=10000"],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True) as load:
                time.sleep(1 + turn)
                os.killpg(load.pid, signal.SIGKILL)
            found.append([int(number) for number in re.findall(r"\d+", call(program, disk))])
    yield Row("mount of a volume of 1 GiB after a kill", round(statistics.median(time for time, _ in found) / 1e6, 2), 50, "ms")
    yield Row("blocks of 4 KiB that the longest of these mounts read", max(blocks for _, blocks in found))


def memory(context):
    """What an image has of wickfs for each volume beside the cache: the core, and the stack of the thread that commits."""
    text = call("llvm-nm-19", "-S", "-C", context.probe_debug("file-load"))
    sizes = [int(size, 16) for size in re.findall(r"^[0-9a-f]+ ([0-9a-f]+) \w wick::fs::\(anonymous namespace\)::all$", text, re.M)]
    with open(os.path.join(guest.ROOT, "libos/fs/volumes.h"), encoding="utf-8") as file:
        volumes = int(re.search(r"kMaxVolumes = (\d+)", file.read())[1])
    # Two file systems have such a table, and that of raw volumes is small.
    return [Row("memory of a volume beside its cache, KiB", round(max(sizes) / volumes / 1024 + 16, 1), 64)]


def redis(context):
    """`everysec` on both sides: the appliance by a tap, the native program over loopback."""
    image, native, rounds = context.image("redis-aof", wall="hosted"), port_programs.redis(), []
    with tempfile.TemporaryDirectory(dir=guest.SCRATCH) as folder, guest.Tap("wickbench3", "198.18.10.1", "198.18.10.2", "vnet_hdr") as tap:
        mine = [image, "--wall", context.wall, "--tap", tap.name, "--append", f"net.ipv4={tap.guest}/24 net.ipv6=off",
                "--disk", f"data={context.volume(folder, '2G')}"]
        theirs = [native, "--port", "{port}", "--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--dir", folder,
                  "--auto-aof-rewrite-percentage", "0"]
        with Server(mine, redis_answers, tap.guest, 6379) as one, Server(theirs, redis_answers) as other:
            for turn in range(context.rounds):
                rounds.append([redis_rates(each.port, context.sizes[2] * 3, 1, each.host)["SET"] for each in (one, other)])
                progress(f"round {turn + 1} of {context.rounds}: {rounds[-1][0]:,.0f}/s, natively {rounds[-1][1]:,.0f}/s")
    yield Row("Redis, log with `everysec`, SET, 50 clients, rate over the same natively",
              round(statistics.median(ours / native for ours, native in rounds), 2), 0.95, "x", most=False)


ALL = {"files": files, "mount": mount_time, "memory": memory, "redis": redis}


def host_file_system():
    """The kind that the scratch folder lies on."""
    return call("findmnt", "-n", "-o", "FSTYPE", "-T", guest.SCRATCH).strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", choices=ALL, help="these subjects; docs/bench-volumes.md is left alone")
    parser.add_argument("--quick", action="store_true", help="shorter runs; docs/bench-volumes.md is left alone")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    os.makedirs(guest.SCRATCH, exist_ok=True)
    context, rows, commit, before = VolumeContext(options.quick), [], guest.commit(), load_average()
    for name in options.only or ALL:
        rows += measure(name, ALL[name], context)
    if not options.only and not options.quick:
        with open(os.path.join(guest.ROOT, "docs/bench-volumes.md"), "w", encoding="utf-8") as file:
            file.write(PAGE.format(commit=commit, wall=context.wall, machine=machine(), before=before, after=load_average(),
                                   host=host_file_system(), rounds=context.rounds))
            file.write("".join("| " + " | ".join(row) + " |\n" for row in rows))
    missed = sum(row[3] == "fail" for row in rows)
    print(f"{len(rows) - missed} figures reached or measured, {missed} missed")
    return 1 if missed else 0


sys.exit(main())
