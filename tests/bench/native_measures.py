# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The native figures. Each function measures one subject within one run; whatever is compared takes turns, because what
else the machine does comes and goes."""

import os
import re
import statistics
import sys
import tempfile

from guest import SCRATCH, Load, call
from native_peers import (CLIENTS, FAR, GUESTS, NATIVE, NGINX, TAPS, WALLS, appliance, native, native_behind_veth, nginx,
                          options, tool)
from readings import exits_of, resident_outside
from row import Row

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path[:0] = [TESTS, os.path.join(TESTS, "checks")]
from lines import code_lines  # noqa: E402
from support import control  # noqa: E402

BATCH, SECRET = 5, 4  # MiB that tests/guest/snapshot writes when it is asked for a secret
EMPTY, FLOOR = "empty static process", "KVM alone"
# Times over that of an empty static process, from exec() to its first output, in the same run.
TIMES = {"hosted": {"main": 2.2, "page": 4, "restore": 2.8}, "process": {"main": 1.25, "page": 1.7, "restore": 1.4}}
RATES = {"hosted": {"native": {1: 0.7, 16: 0.5, 64: 0.5}, "nginx": {16: 1.25, 64: 1}},
         "process": {"native": {16: 1.7, 64: 1.7}, "nginx": {}}}


def progress(text):
    print(f"         … {text}", flush=True)


def launches(context, runs):
    """Milliseconds that the launcher takes, by turns of a few, and beside them those of an empty static process.
    @param runs name to words for the launcher  @return name to times, EMPTY among the names"""
    runs = {EMPTY: ([], "output", [tool("empty_process")])} | runs
    times = {name: [] for name in runs}
    for turn in range(context.launches // BATCH):
        for name, (within, kind, words) in runs.items():
            text = call(*within, tool("launcher"), kind, str(BATCH), *words)
            times[name] += [int(line) / 1e6 for line in text.splitlines() if line.isdigit()]
        progress(f"turn {turn + 1} of {context.launches // BATCH}: " +
                 ", ".join(f"{name} {statistics.median(taken):.2f} ms (least {min(taken):.2f})" for name, taken in times.items()))
    return times


def over_empty(times, what, target):
    """A row a wall with its median, and one with that over the empty process's, which has the target `target` in TIMES."""
    for wall in WALLS:
        taken, empty = statistics.median(times[wall]), statistics.median(times[EMPTY])
        yield Row(f"{wall}: {what}", round(taken, 2), unit="ms")
        yield Row(f"{wall}: the same over the empty process's first output", round(taken / empty, 2), TIMES[wall][target], "x")


def start(context):
    """To the first byte of output; what main() of hello does first is to print."""
    image = context.image("hello", wall="hosted")
    floor = {FLOOR: ([], "output", [tool("kvm_floor")])}
    times = launches(context, floor | {wall: ([], "output", [image, "--wall", wall]) for wall in WALLS})
    least = statistics.median(times[FLOOR])
    return [Row("an empty static process: exec to its first output", round(statistics.median(times[EMPTY]), 2), unit="ms"),
            Row("a machine of KVM that says one word: exec to its first output", round(least, 2), unit="ms"),
            *over_empty(times, "exec to the first output of hello", "main"),
            Row("hosted: the same over a machine of KVM that says one word", round(statistics.median(times["hosted"]) / least, 2), unit="x")]


def page(context, wall, *more):
    """A run of the launcher until http answers."""
    return context.network.within, "http", [TAPS[wall], GUESTS[wall], CLIENTS[wall], context.image("http", wall="hosted"),
                                            *options(wall), *more]


def first_page(context):
    times = launches(context, {wall: page(context, wall) for wall in WALLS})
    return list(over_empty(times, "exec to the first byte of HTTP", "page"))


def restore(context):
    image, runs = context.image("http", wall="hosted"), {}
    for wall in WALLS:
        snapshot = os.path.join(SCRATCH, f"{wall}.snapshot")
        with appliance(context.network, image, wall, "--snapshot", snapshot):
            pass
        runs[wall] = page(context, wall, "--restore", snapshot)
    times = launches(context, runs)
    tail = {name: round(statistics.quantiles(taken, n=100)[98] / statistics.median(taken), 2) for name, taken in times.items()}
    tails = [Row(f"{wall}: the slowest hundredth of restores over their median", tail[wall], 2, "x") for wall in WALLS]
    tails.append(Row("an empty static process: the same, between them", tail[EMPTY], unit="x"))
    return [*over_empty(times, "exec with --restore to the first byte of HTTP", "restore"), *tails]


RESETS = {"hosted": 0.6, "process": 0.3}  # ms
DIRTY, FALLS = 16, 40  # MiB, times a run


def lives(image, wall, dirty):
    """Milliseconds from a guest's death, with so many MiB written, until its next life says a word."""
    text = call(image, "--wall", wall, "--arg", str(dirty), "--arg", str(FALLS))
    said = {word: [int(at) for at in re.findall(rf"^{word} (\d+)", text, re.M)] for word in ("falls", "back")}
    return [(back - fall) / 1e6 for fall, back in zip(said["falls"], said["back"][1:], strict=True)]


def reset(context):
    """Back to the checkpoint, in the same process; beside it a restore of the same guest, in the same run."""
    image, rows = context.probe("reset", wall="hosted"), []
    snapshots = {wall: os.path.join(SCRATCH, f"{wall}.reset-snapshot") for wall in WALLS}
    for wall, snapshot in snapshots.items():
        call(image, "--wall", wall, "--arg", str(DIRTY), "--arg", "0", "--snapshot", snapshot)
    times = launches(context, {wall: ([], "output", [image, "--wall", wall, "--restore", snapshot]) for wall, snapshot in snapshots.items()})
    for wall in WALLS:
        clean, written = (statistics.median(lives(image, wall, dirty)) for dirty in (0, DIRTY))
        rows += [Row(f"{wall}: back at the checkpoint, nothing written", round(clean, 2), unit="ms"),
                 Row(f"{wall}: back at the checkpoint, {DIRTY} MiB of 64 written", round(written, 2), RESETS[wall], "ms"),
                 Row(f"{wall}: the same over a restore of it to its first output", round(written / statistics.median(times[wall]), 2), 0.125, "x")]
    return rows


def snapshots(context):
    """Of a guest that has written so many MiB and goes on; by turns of a few with fork() of a process that has written as much."""
    image, written, native = context.probe("snapshot", wall="hosted"), 64, "fork()"
    times = {name: [] for name in (native, *WALLS)}

    def server(wall):
        return appliance(context.network, image, wall, "--memory", f"{2 * written}M", "--control", os.path.join(SCRATCH, f"{wall}.control"))

    with server("hosted"), server("process"), tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        for wall in WALLS:
            for _ in range(written // SECRET):
                call(*context.network.within, "curl", "-s", "-m", "5", f"http://{GUESTS[wall]}/secret")
        for turn in range(context.launches // BATCH):
            times[native] += [int(line) / 1e6 for line in call(tool("fork_time"), str(written), str(BATCH)).splitlines()]
            for wall in WALLS:
                for number in range(BATCH):
                    name = os.path.join(folder, f"{wall}-{turn}-{number}")
                    times[wall].append(control.snapshot(os.path.join(SCRATCH, f"{wall}.control"), name).stopped_ms)
                    os.remove(name)
            progress(f"turn {turn + 1} of {context.launches // BATCH}: " +
                     ", ".join(f"{name} {statistics.median(taken):.2f} ms (least {min(taken):.2f})" for name, taken in times.items()))
    rows, plain = [], statistics.median(times[native])
    for wall in WALLS:
        stopped = statistics.median(times[wall])
        rows += [Row(f"{wall}: a guest stands still for a snapshot, {written} MiB written", round(stopped, 2), 2, "ms"),
                 Row(f"{wall}: the same over fork() of a process that has written as much", round(stopped / plain, 2), 2, "x")]
    return rows


def monitor(context):
    """Lines of code, and what is resident of the process that is not the guest's."""
    lines = {True: 0, False: 0}
    for folder, _, files in os.walk(os.path.join(context.root, "monitor")):
        for name in files:
            if name.endswith((".cpp", ".h", ".S")):
                lines[folder.endswith("/network")] += code_lines(os.path.join(folder, name))
    rows = [Row("the monitor, both walls: lines of code", lines[False], 3000),
            Row("its user-mode network: lines of code", lines[True])]
    image, size = context.image("http", wall="hosted"), 64
    for wall in WALLS:
        with appliance(context.network, image, wall, "--memory", f"{size}M") as running:
            Load(64, 1, server=GUESTS[wall], within=context.network.within)
            with open(f"/proc/{running.process.pid}/smaps", encoding="utf-8") as file:
                resident = resident_outside(file.read(), 1 << 20, size << 20)
        rows.append(Row(f"{wall}: resident beside the guest's memory after load", round(resident / 1024, 2), 1, "MiB"))
    return rows


def exits(context):
    rows, image = [], context.image("http", wall="hosted")
    for wall, target in (("hosted", 0.2), ("process", None)):
        with appliance(context.network, image, wall, "--stats") as running:
            load = Load(64, context.seconds, server=GUESTS[wall], within=context.network.within)
            counted = exits_of(running.stop())
        rows.append(Row(f"{wall}: exits for a request of HTTP, 64 connections", round(counted / load.requests, 3), target))
    return rows


def rounds(context, servers, what, connections, path="/hello.txt"):
    """@return name to the rate of each round, number of failures. Each round begins with another server."""
    rates, failures, names = {name: [] for name in servers}, 0, list(servers)
    for turn in range(context.rounds):
        for name in names[turn % len(names):] + names[:turn % len(names)]:
            load = Load(connections, context.round_seconds, server=servers[name], path=path, within=context.network.within)
            rates[name].append(load.rate)
            failures += load.errors + load.refused
        progress(f"{what}, round {turn + 1} of {context.rounds}: " +
                 ", ".join(f"{name} {rates[name][-1]:,.0f}/s" for name in servers))
    return rates, failures


def ratio(rates, one, other):
    """The median of the rounds' ratios: what slows a round down slows both."""
    return round(statistics.median(mine / theirs for mine, theirs in zip(rates[one], rates[other])), 2)


def requests(context):
    """The native servers on loopback, the appliances on their taps, all in one namespace and all up all the time."""
    image, network, rows, failures = context.image("http", wall="hosted"), context.network, [], 0
    servers = {"native": NATIVE, "nginx": NGINX} | {wall: GUESTS[wall] for wall in WALLS}
    with native(network), nginx(network), appliance(network, image, "hosted"), appliance(network, image, "process"):
        for count in (1, 16, 64):
            connections = f"{count} connection{'s' * (count > 1)}"
            rates, failed = rounds(context, servers, connections, count)
            failures += failed
            rows.append(Row(f"the native C server on loopback: requests/s at {connections}",
                            round(statistics.median(rates["native"]))))
            for wall in WALLS:
                rows += [Row(f"{wall}: requests/s at {connections} over {'the native C server' if peer == 'native' else peer}",
                             ratio(rates, wall, peer), targets.get(count), "x", most=False)
                         for peer, targets in RATES[wall].items()]
    return rows + [Row("socket errors and other answers than 200 in all of these", failures, 0)]


def bulk(context):
    """A large body, one connection. The native server's path is a veth pair, which offloads segmentation as a tap does."""
    image, size = context.large(wall="hosted")
    servers = {"native": FAR} | {wall: GUESTS[wall] for wall in WALLS}
    with native_behind_veth(context.network, size), appliance(context.network, image, "hosted"), \
            appliance(context.network, image, "process"):
        rates, _ = rounds(context, servers, f"{size >> 20} MiB a body", 1, "/large.txt")
    return [Row("the native C server through a veth pair: MiB/s of large bodies",
                round(statistics.median(rates["native"]) * size / (1 << 20)))] + [
        Row(f"{wall}: MiB/s of large bodies through tap, over the same", ratio(rates, wall, "native"), 0.5, "x", most=False)
        for wall in WALLS]


ALL = {"start": start, "first-page": first_page, "restore": restore, "reset": reset, "snapshots": snapshots, "monitor": monitor, "exits": exits, "requests": requests,
       "bulk": bulk}
