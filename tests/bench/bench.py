# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Measures the figures that Wick promises, prints each with its target and writes docs/bench.md. Exit code 0 only when
all were measured and reach their targets. `wick bench` calls this."""

import argparse
import os
import sys

import guest
import measures
from context import Context
from report import measure

NOTE = """# Figures

Written by `wick bench` at commit {commit}; do not edit. Counts are guest instructions, counted by a plugin of QEMU 7.2 TCG
(`-smp 1,maxcpus=2`, one vCPU, microvm, tap); they hold on any machine. Ratios compare two guests within one run, by the
same client on the same machine. Profile cloud unless a row says otherwise. Seconds are never compared across machines;
the time of a clean clone is the exception and depends on the machine and on what else it does.

| figure | measured | target | |
|---|---|---|---|
"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", choices=measures.ALL, help="these subjects; docs/bench.md is left alone")
    parser.add_argument("--quick", action="store_true", help="shorter runs, no clean clone; docs/bench.md is left alone")
    options = parser.parse_args()
    os.makedirs(guest.SCRATCH, exist_ok=True)
    chosen = options.only or [name for name in measures.ALL if not (options.quick and name == "clone")]
    rows, commit = [], guest.commit()
    with guest.Tap() as tap:
        context = Context(options.quick, tap)
        for name in chosen:
            rows += measure(name, measures.ALL[name], context)
    if not options.only and not options.quick:
        with open(os.path.join(guest.ROOT, "docs/bench.md"), "w", encoding="utf-8") as file:
            file.write(NOTE.format(commit=commit) + "".join("| " + " | ".join(row) + " |\n" for row in rows))
    missed = sum(row[3] == "fail" for row in rows)
    print(f"{len(rows) - missed} figures reached or measured, {missed} missed")
    return 1 if missed else 0


sys.exit(main())
