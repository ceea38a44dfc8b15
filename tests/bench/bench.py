# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Measures the figures that Wick promises, prints each with its target and writes docs/bench.md, or with --ports those of the ports
into docs/bench-ports.md. Exit code 0 only when all were measured and reach their targets. `wick bench` calls this."""

import argparse
import contextlib
import os
import sys

import guest
import limits
import measures
from context import Context
from report import load_average, measure

PAGE = """# Figures

Written by `wick bench` at commit {commit}; do not edit. Counts are guest instructions, counted by a plugin of QEMU 7.2 TCG
(`-smp 1,maxcpus=2`, one vCPU, microvm, tap); they hold on any machine. Ratios compare two guests within one run, by the
same client on the same machine. Profile cloud unless a row says otherwise. Seconds are never compared across machines;
the time of a clean clone is the exception and depends on the machine and on what else it does.

| figure | measured | target | |
|---|---|---|---|
"""

PORTS_PAGE = """# Figures of ports

Written by `wick bench --ports` at commit {commit}; do not edit. Load average {before} before the run and {after} after it.

Beside each port are the very same sources, compiled for Linux by the same compiler. Times and rates are medians over runs by turns;
clients are redis-benchmark and `wrk -t1`. Profile cloud unless a row says otherwise. Behind `hosted` the servers are reached by a tap,
and by the network without privileges that `wick run -p` has; native ones over loopback. Microvms are QEMU 7.2 TCG with one virtual
CPU and 256 MiB, and taps; the Linux among them is Debian's cloud kernel, with the program as its only process. Other work on the
machine makes ratios worse or better by a tenth and more; sizes and least memory hold on any.

| figure | measured | target | |
|---|---|---|---|
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", choices=measures.ALL, help="these subjects; the page is left alone")
    parser.add_argument("--quick", action="store_true", help="shorter runs, no clean clone; the page is left alone")
    parser.add_argument("--ports", action="store_true", help="the ports, whose page is docs/bench-ports.md")
    parser.add_argument("--check", action="store_true", help="hold the figures to tests/bench/limits.toml; the page is left alone")
    parser.add_argument("--images", nargs="+", default=[], metavar="FILE", help="these images of profile cloud, instead of building them")
    options = parser.parse_args()
    os.makedirs(guest.SCRATCH, exist_ok=True)
    held = limits.subjects("bench", options.only, parser.error) if options.check else None
    everything = [name for name in measures.ALL
                  if (name == "ports") == options.ports and name not in ("functions", "rings") and not (options.quick and name == "clone")]
    page, text = ("docs/bench-ports.md", PORTS_PAGE) if options.ports else ("docs/bench.md", PAGE)
    chosen = options.only or held or everything
    rows, commit, before = [], guest.commit(), load_average()
    with contextlib.ExitStack() as stack:
        tap = None if set(chosen) <= measures.WITHOUT_TAP else stack.enter_context(guest.Tap())
        context = Context(options.quick, tap, options.images)
        for name in chosen:
            rows += measure(name, measures.ALL[name], context, held and held[name])
    if not options.only and not options.quick and not options.check:
        with open(os.path.join(guest.ROOT, page), "w", encoding="utf-8") as file:
            file.write(text.format(commit=commit, before=before, after=load_average()) + "".join("| " + " | ".join(row) + " |\n" for row in rows))
    missed = sum(row[3] == "fail" for row in rows)
    print(f"{len(rows) - missed} figures {'within their limits' if options.check else 'reached or measured'}, {missed} missed")
    return 1 if missed else 0


sys.exit(main())
