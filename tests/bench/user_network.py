# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The network without privileges, two builds of apps/http side by side: requests a second with 64 and with 1,000 connections
open, connections a second, MiB a second of a large body, each as a ratio of the second build to the first, and the
processor's time that the appliance's processes take for one of them, which doesn't depend on who else is busy. Rounds take turns,
so that what else the machine does meets both.

    python3 tests/bench/user_network.py OLD.appliance NEW.appliance [--rounds 3] [--seconds 2]"""

import argparse
import os
import re
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, http  # noqa: E402


def family(pid):
    return [pid] + [each for child in hosted.children(pid) for each in family(child)]


def cpu_seconds(machine):
    """Of the monitor and its network."""
    spent = 0
    for pid in family(machine.process.pid):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
                spent += int(file.read().split()[0])
    return spent / 1e9


def figure(command, pattern):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    found = re.search(pattern, done.stdout)
    return float(found.group(1)) if found else 0.0


def wrk(port, connections, seconds, path="/"):
    return figure(["wrk", "-t1", f"-c{connections}", f"-d{seconds}", f"http://127.0.0.1:{port}{path}"], r"Requests/sec:\s+([\d.]+)")


def connections(port, seconds):
    return figure(["wrk", "-t1", "-c64", f"-d{seconds}", "-H", "Connection: close", f"http://127.0.0.1:{port}/"], r"Requests/sec:\s+([\d.]+)")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--large", help="path of a large file that both serve, and its bytes: /large:1048576")
    options = parser.parse_args()
    measures = {"requests/s, 64 connections": lambda port: wrk(port, 64, options.seconds),
                "requests/s, 1,000 connections": lambda port: wrk(port, 1000, options.seconds),
                "connections/s": lambda port: connections(port, options.seconds)}
    if options.large:
        path, length = options.large.split(":")
        measures["MiB/s"] = lambda port: wrk(port, 8, options.seconds, path) * int(length) / (1 << 20)
    readings = {name: ([], []) for name in measures}
    costs = {name: ([], []) for name in measures}
    ports = [http.free_port(), http.free_port()]
    with hosted.Machine(options.old, "hosted", "-p", f"{ports[0]}:80") as old, hosted.Machine(options.new, "hosted", "-p", f"{ports[1]}:80") as new:
        for machine in (old, new):
            machine.wait_for("connections", 20)
        for _ in range(options.rounds):
            for name, measure in measures.items():
                for which, (machine, port) in enumerate(zip((old, new), ports)):
                    before, rate = cpu_seconds(machine), measure(port)
                    readings[name][which].append(rate)
                    costs[name][which].append((cpu_seconds(machine) - before) / max(rate * options.seconds, 1))
    for name, (before, after) in readings.items():
        first, second = statistics.median(before), statistics.median(after)
        print(f"{name:32} {first:12.1f} {second:12.1f}   {second / first if first else 0:.2f} times")
        first, second = (1e6 * statistics.median(each) for each in costs[name])
        print(f"{'  µs of the processor for each':32} {first:12.1f} {second:12.1f}   {second / first if first else 0:.2f} times")


if __name__ == "__main__":
    main()
