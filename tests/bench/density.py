# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""How much memory many appliances take that wait for ever, all alive at once. Two readings: what the kernel says is no
longer available, which counts page tables and virtual machines too but also whatever else the machine does meanwhile,
and the sum of the processes' own shares."""

import os
import selectors
import signal
import subprocess
import time

from guest import Unavailable
from native_peers import WALLS
from readings import available, proportional
from row import Row

MOST_KIB = 2 << 20  # of a thousand
TIMEOUT = 120


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Crowd:
    """Appliances that share two pipes, so that one look tells how many have spoken. All are gone after the `with`."""

    def __init__(self):
        self.members = []
        self.output, self.errors = os.pipe(), os.pipe()
        self.said = {self.output[0]: b"", self.errors[0]: b""}

    def start(self, command):
        self.members.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.output[1], stderr=self.errors[1]))

    def wait_for(self, pipe, word, count):
        """Reads until `word` came `count` times."""
        end, selector = time.monotonic() + TIMEOUT, selectors.DefaultSelector()
        selector.register(pipe[0], selectors.EVENT_READ)
        while (seen := self.said[pipe[0]].count(word)) < count:
            if time.monotonic() > end:
                raise Unavailable(f"{seen} of {count} appliances have answered: " + self.complaint())
            if selector.select(1):
                self.said[pipe[0]] += os.read(pipe[0], 1 << 16)

    def complaint(self):
        lines = [line for line in self.said[self.errors[0]].decode(errors="replace").splitlines() if "[wick]" in line]
        return (lines or ["the others say nothing"])[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for member in self.members:
            member.terminate()
        end = time.monotonic() + TIMEOUT
        for member in self.members:
            try:
                member.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                member.kill()
                member.wait()
        for file in self.output + self.errors:
            os.close(file)


def crowd_of(image, wall, count):
    before = available(text_of("/proc/meminfo"))
    with Crowd() as crowd:
        begin = time.monotonic()
        for _ in range(count):
            crowd.start([image, "--wall", wall])
        crowd.wait_for(crowd.output, b"idle\n", count)
        seconds = time.monotonic() - begin
        print(f"         … {count} behind wall {wall} are up", flush=True)
        time.sleep(2)  # what their start took for a while is given back
        lost = before - available(text_of("/proc/meminfo"))
        shares = sum(proportional(text_of(f"/proc/{member.pid}/smaps_rollup")) for member in crowd.members)
        for member in crowd.members:
            member.send_signal(signal.SIGUSR1)
        crowd.wait_for(crowd.errors, b"statistics of ", count)
        alive = sum(member.poll() is None for member in crowd.members)
    orderly = sum(member.returncode >= 0 for member in crowd.members)
    most = MOST_KIB * count // 1000 // 1024
    name = f"{wall}: {count:,} idle appliances"
    # Less than the processes' own shares can't be: then others have given memory back meanwhile.
    return [Row(f"{name}, memory no longer available", round(max(lost, shares) / 1024), most, "MiB"),
            Row(f"{name}, sum of their proportional shares", round(shares / 1024), most, "MiB"),
            Row(f"{name}, time to start them", round(seconds, 1), unit="s"),
            Row(f"{name}, alive and answering a signal", alive, count, most=False),
            Row(f"{name}, ended in order when asked", orderly, count, most=False)]


def density(context):
    image, rows = context.probe("idle", wall="hosted"), []
    for wall in WALLS:
        rows += crowd_of(image, wall, context.crowd)
    return rows
