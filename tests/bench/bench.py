# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Measures the figures that Wick promises, prints each with its target and writes docs/bench.md. Exit code 0 only when
all were measured and reach their targets. `wick bench` calls this."""

import argparse
import json
import os
import subprocess
import sys
import traceback

import guest
import measures

NOTE = """# Figures

Written by `wick bench`; do not edit. Counts are guest instructions, counted by a plugin of QEMU 7.2 TCG
(`-smp 1,maxcpus=2`, one vCPU, microvm, tap); they hold on any machine. Ratios compare two guests within one run, by the
same client on the same machine. Profile cloud unless a row says otherwise. Seconds are never compared across machines;
the time of a clean clone is the exception and depends on the machine and on what else it does.

| figure | measured | target | |
|---|---|---|---|
"""


class Context:
    def __init__(self, options, tap):
        self.tap, self.root = tap, guest.ROOT
        self.seconds, self.repeats = (2, 9) if options.quick else (5, 25)
        self.built = {}
        self.notes = []

    def _build(self, folder, profile, wall=None):
        key = folder, profile, wall
        if key not in self.built:
            answer = subprocess.run([os.path.join(guest.ROOT, "wick"), "build", folder, "--profile", profile, "--json"] +
                                    (["--wall", wall] if wall else []),
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
            if answer.returncode:
                raise guest.Unavailable(f"{folder} cannot be built in profile {profile}")
            self.built[key] = json.loads(answer.stdout)
        return self.built[key]

    def _app(self, name, profile, wall=None):
        return self._build(os.path.join(guest.ROOT, "apps", name), profile, wall)

    def image(self, name, profile="cloud", wall=None):
        return self._app(name, profile, wall)["image"]

    def debug(self, name, profile="cloud", wall=None):
        return self._app(name, profile, wall)["debug"]

    def probe(self, name):
        """An image of tests/guest that measures something itself and prints it."""
        return self._build(os.path.join(guest.ROOT, "tests/guest", name), "cloud")["image"]

    def probe_debug(self, name):
        return self._build(os.path.join(guest.ROOT, "tests/guest", name), "cloud")["debug"]

    def large(self):
        """apps/http with a large file. @return image, size of the file /large.txt"""
        folder, size = os.path.join(guest.SCRATCH, "large"), 4 << 20
        os.makedirs(os.path.join(folder, "www"), exist_ok=True)
        with open(os.path.join(guest.ROOT, "apps/http/wick.toml"), encoding="utf-8") as file:
            manifest = file.read()
        with open(os.path.join(folder, "wick.toml"), "w", encoding="utf-8") as file:
            file.write(manifest.replace('name = "http"', 'name = "bench-large"')
                       .replace('"*.cpp"', f'"{guest.ROOT}/apps/http/*.cpp"'))
        for name, content in (("hello.txt", "Hello, world!"), ("large.txt", "0123456789abcde\n" * (size // 16))):
            with open(os.path.join(folder, "www", name), "w", encoding="ascii") as file:
                file.write(content)
        return self._build(folder, "cloud")["image"], size

    def note(self, text):
        self.notes.append(text)


def shown(value, unit):
    return "none" if value is None else f"{value:,}{' ' + unit if unit and unit != 'x' else ''}{' ×' if unit == 'x' else ''}"


def line(row):
    target = "" if row.target is None else ("≤ " if row.most else "≥ ") + shown(row.target, row.unit)
    return [row.figure, shown(row.value, row.unit), target, row.verdict()]


def measure(name, function, context):
    try:
        return [line(row) for row in function(context)]
    except (guest.Unavailable, subprocess.SubprocessError, OSError, RuntimeError) as error:
        return [[name, f"not measured: {error}", "", "fail"]]
    except Exception:  # a fault of the bench itself: say which figure it cost, go on with the others
        traceback.print_exc()
        return [[name, "not measured: the bench itself failed", "", "fail"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", action="append", choices=measures.ALL, help="these subjects; docs/bench.md is left alone")
    parser.add_argument("--quick", action="store_true", help="shorter runs, no clean clone; docs/bench.md is left alone")
    options = parser.parse_args()
    os.makedirs(guest.SCRATCH, exist_ok=True)
    chosen = options.only or [name for name in measures.ALL if not (options.quick and name == "clone")]
    rows = []
    with guest.Tap() as tap:
        context = Context(options, tap)
        for name in chosen:
            for row in measure(name, measures.ALL[name], context):
                print(f"{row[3]:9}{row[0]}: {row[1]}{', target ' + row[2] if row[2] else ''}", flush=True)
                rows.append(row)
    if not options.only and not options.quick:
        with open(os.path.join(guest.ROOT, "docs/bench.md"), "w", encoding="utf-8") as file:
            file.write(NOTE + "".join("| " + " | ".join(row) + " |\n" for row in rows))
    missed = sum(row[3] == "fail" for row in rows)
    print(f"{len(rows) - missed} figures reached or measured, {missed} missed")
    return 1 if missed else 0


sys.exit(main())
