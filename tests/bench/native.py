# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Measures appliances that run themselves on Linux, beside native programs in the same run, prints each figure with its
target and writes docs/bench-native.md. Exit code 0 only when all were measured and reach their targets.
`wick bench --native` and `wick bench --density` call this."""

import argparse
import os
import signal
import sys

import guest
import limits
import native_measures
import sharing
from clones import clones
from container_starts import containers
from context import Context
from density import density
from native_peers import Network
from report import load_average, machine, measure
from serve import serve

SUBJECTS = native_measures.ALL | sharing.ALL | {"density": density, "clones": clones, "serve": serve, "containers": containers}

NOTE = """# Figures of appliances on Linux

Written by `{command}` at commit {commit}; do not edit. Profile cloud, `--wall hosted` in the build; the same executable with `--wall process`
for the rows "process". {machine}; load average {before} before the run and {after} after it.

All figures are of one run. Times are medians of {launches} starts, taken from just before exec() by a small launcher, which for the
first byte of HTTP speaks TCP itself on the tap and repeats its SYN every 200 µs ([launcher.c](../tests/bench/launcher.c)). Ratios
are medians over {rounds} rounds of {seconds} s in which all servers take turns (`wrk -t1`). Traffic stays within network namespaces
made for it: the native C server (one thread, epoll, 13 bytes) and nginx (one worker, `return 200`) are reached over loopback,
appliances over a tap, and for large bodies the native server through a pair of virtual Ethernets. The monitor's lines are those
of monitor/ without the user-mode network, which has a row of its own.

Noise: other work on the machine slows everything down, times of start most of all, because they need a processor at once.
Lines, exits and the processes' shares of memory hold on any machine; ratios hold roughly; milliseconds and the memory that is no
longer available only where the load average before the run is near 0.

| figure | measured | target | |
|---|---|---|---|
"""


class NativeContext(Context):
    def __init__(self, quick, network):
        super().__init__(quick)
        self.network = network
        self.launches, self.rounds, self.round_seconds, self.crowd = (30, 3, 1, 100) if quick else (50, 5, 2, 1000)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", choices=SUBJECTS, help="these subjects; docs/bench-native.md is left alone")
    parser.add_argument("--quick", action="store_true", help="shorter runs; docs/bench-native.md is left alone")
    parser.add_argument("--check", action="store_true", help="hold the figures to tests/bench/limits.toml; docs/bench-native.md is left alone")
    options = parser.parse_args()
    held = limits.subjects("native", options.only, parser.error) if options.check else None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the network and the appliances go all the same
    os.makedirs(guest.SCRATCH, exist_ok=True)
    before, commit, rows = load_average(), guest.commit(), []
    print(f"load average {before}", flush=True)
    with Network() as network:
        context = NativeContext(options.quick, network)
        for name in options.only or held or SUBJECTS:
            rows += measure(name, SUBJECTS[name], context, held and held[name])
    after = load_average()
    if not options.only and not options.quick and not options.check:
        with open(os.path.join(guest.ROOT, "docs/bench-native.md"), "w", encoding="utf-8") as file:
            file.write(NOTE.format(command="./wick bench --native", commit=commit, machine=machine(), before=before, after=after,
                                   launches=context.launches, rounds=context.rounds, seconds=context.round_seconds))
            file.write("".join("| " + " | ".join(row) + " |\n" for row in rows))
    missed = sum(row[3] == "fail" for row in rows)
    print(f"load average {after}; {len(rows) - missed} figures {'within their limits' if options.check else 'reached or measured'}, {missed} missed")
    return 1 if missed else 0


sys.exit(main())
