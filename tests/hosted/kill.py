# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Ends the monitor by SIGKILL at 200 random moments, half of them behind each wall: some while it starts, most while its
guest appends numbered records to a volume and tells each number after fsync(). What was told must be on the disk, and the next start must find
nothing in its way: no process, no lock. Since a file's pages outlive the process that wrote them, it is looked at by
strace besides that the host's fdatasync() lies between a record and its number."""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from refusal import processes_of  # noqa: E402
from support import hosted  # noqa: E402
from support.hosted import check  # noqa: E402

KILLS, SEED, LONGEST, EARLY = 200, 4, 0.03, 4  # every fourth one counts from the start of the process
RECORD, DISK = 512, 64 << 20
TOLD = re.compile(r"^append: (\d+)$", re.M)


def record(number):
    return (b"%010u" % number * 51).ljust(RECORD, b"\n")


def missing(disk, first, last):
    """Records of [first, last] that are not on the disk."""
    with open(disk, "rb") as file:
        file.seek(first * RECORD)
        return [number for number in range(first, last + 1) if file.read(RECORD) != record(number)]


def run_and_kill(image, wall, disk, early, seconds):
    """@return what it had told by then"""
    with hosted.Machine(image, wall, "--disk", disk) as machine:
        if not early:
            machine.wait_for("^append: from", 10)
        time.sleep(seconds)
        ended = machine.process.poll()
        machine.process.send_signal(signal.SIGKILL)
        machine.process.wait()
        return ended, machine.console()


def kill_often(image, wall, folder, kills):
    disk = os.path.join(folder, "disk")
    with open(disk, "wb") as file:
        file.truncate(DISK)
    chance = random.Random(SEED)
    told, early, wrong, start = 0, 0, [], time.monotonic()
    for number in range(kills):
        ended, text = run_and_kill(image, wall, disk, number % EARLY == 0, chance.uniform(0, LONGEST))
        numbers = [int(digits) for digits in TOLD.findall(text)]
        began = re.search(r"^append: from (\d+)$", text, re.M)
        early += began is None
        if ended is not None:
            wrong.append(f"run {number} ended by itself with {ended}: {text[-300:]}")
        if began and int(began[1]) < told:
            wrong.append(f"run {number} found {began[1]} records instead of {told}")
        if numbers:
            lost = missing(disk, told, numbers[-1])
            told = numbers[-1] + 1
            if lost:
                wrong.append(f"after run {number} records {lost[:5]} are missing though {numbers[-1]} was told")
        if not hosted.gone(processes_of(folder), 2):
            wrong.append(f"after run {number} a process is left")
    for sentence in wrong[:5]:
        print(f"        {sentence}")
    lost = missing(disk, 0, told - 1)
    check(not wrong and not lost, f"{wall}: {kills} kills in {time.monotonic() - start:.1f} s, {early} of them before main(), "
                                  f"{told} records told, {len(lost)} missing")
    check(told > kills and early <= kills / EARLY, f"{wall}: most kills met a guest at work")


def reaches_the_disk(image, wall, folder):
    """The order of the monitor's system calls."""
    disk, trace = os.path.join(folder, "traced"), os.path.join(folder, "trace")
    with open(disk, "wb") as file:
        file.truncate(4 * RECORD)
    done = subprocess.run(["strace", "-f", "-o", trace, "-e", "trace=pwrite64,fdatasync,write", "-s", "64",
                           *hosted.command(image, wall, "--disk", disk)], stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
    calls = []
    with open(trace, encoding="utf-8", errors="replace") as file:
        for line in file:
            if re.search(r"pwrite64(?:\(| resumed).*= 512$", line):
                calls.append("record")
            elif re.search(r"fdatasync(?:\(| resumed).*= 0$", line):
                calls.append("sync")
            elif re.search(r'write\(1, "append: \d', line):
                calls.append("told")
    expected = ["record", "sync", "told"] * 4
    check(done.returncode == 0 and calls == expected, f"{wall}: fdatasync() between each record and its number {calls if calls != expected else ''}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    options = parser.parse_args()
    walls = hosted.walls()
    with tempfile.TemporaryDirectory(prefix="wick-kill-") as folder:
        image = shutil.copy(options.image, folder)
        for wall in walls:
            kill_often(image, wall, folder, KILLS // len(walls))
            reaches_the_disk(image, wall, folder)
    hosted.finish()


main()
