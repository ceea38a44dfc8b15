#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What a busy day does to an appliance on the network without privileges: connections by the clients that people have (ab,
h2load and wrk), 1,000 open at once, of which none may be lost; then requests by the million while other clients misbehave, after
which not one byte of heap and not one descriptor may be missing. Afterwards the processor must be idle.
--requests and --connections make it shorter."""

import argparse
import os
import random
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402

OPEN, SEED, CLIENT_SECONDS = 1000, 9, 600
FAULTS_AT_ONCE = 8  # threads that misbehave beside the load
PAGE = "/hello.txt"


def run_client(*arguments):
    done = subprocess.run(arguments, capture_output=True, timeout=CLIENT_SECONDS)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def figure(text, pattern):
    found = re.search(pattern, text, re.M)
    return int(found[1]) if found else None


def ab(port, connections):
    """A connection a request: it counts what it didn't get."""
    code, text = run_client("ab", "-q", "-r", "-s", "60", "-n", str(connections), "-c", str(OPEN), f"http://127.0.0.1:{port}{PAGE}")
    complete, failed = figure(text, r"^Complete requests: +(\d+)"), figure(text, r"^Failed requests: +(\d+)")
    check(code == 0 and complete == connections and failed == 0, f"ab: {complete} of {connections} connections answered, {failed} failed")


def h2load(port, connections):
    """All connections of a round are opened at once and carry one request each."""
    good = 0
    for _ in range(connections // OPEN):
        _, text = run_client("h2load", "--h1", "-n", str(OPEN), "-c", str(OPEN), f"http://127.0.0.1:{port}{PAGE}")
        good += figure(text, r"(\d+) succeeded,") or 0
    check(good == connections // OPEN * OPEN, f"h2load: {good} of {connections // OPEN * OPEN} connections answered")


def wrk(port, seconds, *headers):
    """@return answers that came whole"""
    _, text = run_client("wrk", "-t", "2", "-c", str(OPEN), "-d", str(seconds), "--timeout", "60", *headers, f"http://127.0.0.1:{port}{PAGE}")
    errors = re.search(r"Socket errors: (.*)", text)
    answers = figure(text, r"^ +(\d+) requests in")
    check(answers and not errors and "Non-2xx" not in text, f"wrk: {answers} answers, errors: {errors[1] if errors else 'none'}")
    return answers or 0


class Faults:
    """Clients that misbehave until told to stop: half a request and gone, a reset in the answer, nothing at all, garbage."""

    def __init__(self, port):
        self.port, self.over, self.count = port, threading.Event(), 0
        self.threads = [threading.Thread(target=self.go_on, args=(random.Random(SEED + number),)) for number in range(FAULTS_AT_ONCE)]
        for thread in self.threads:
            thread.start()

    def go_on(self, chance):
        while not self.over.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
                    connection.sendall(chance.choice((b"", b"GET /hello.txt HTTP/1.1\r\nHo", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"\x16\x03\x01\x02\x00")))
                    if chance.random() < 0.5:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    time.sleep(chance.random() * 0.02)
                self.count += 1
            except OSError:
                pass  # no room at the moment: that is an answer as well

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        return self.count


def family(pid):
    """The monitor and what it has started, by process id."""
    found = [pid]
    for child in hosted.children(pid):
        found += family(child)
    return found


def descriptors(pids):
    return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids)


def settled_descriptors(pids):
    """Once the number has stood still for two seconds: connections that were ended linger in the network's process."""
    count, since, limit = descriptors(pids), time.monotonic(), time.monotonic() + 60
    while time.monotonic() < min(since + 2, limit):
        time.sleep(0.1)
        now = descriptors(pids)
        if now != count:
            count, since = now, time.monotonic()
    return count


def cpu_seconds(pids):
    spent = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / os.sysconf("SC_CLK_TCK")


def metrics(port):
    lines = (http.get(port, "/metrics") or "").splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if not line.startswith("#"))}


def settled(port):
    """Once nothing is open (who asks does so at the other port): a head that never completes is given its time."""
    limit = time.monotonic() + 90
    while (said := metrics(port)).get("http_connections_open") != 0 and time.monotonic() < limit:
        time.sleep(0.1)
    check(said["http_connections_open"] == 0, f"no connection is open: {said['http_connections_open']:.0f}")
    return said


def load(image, wall, connections, requests):
    port, counts = http.free_port(), http.free_port()
    with hosted.Machine(image, wall, "-p", f"{port}:80", "-p", f"{counts}:81", "--arg", "--metrics-port", "--arg", "81", "--arg", "--max-connections", "--arg", str(OPEN + 200)) as machine:
        check(http.get(port, PAGE) == "Hello, wick!\n", f"{wall}: it serves")
        processes = family(machine.process.pid)
        ab(port, 2 * OPEN)  # what grows to its size does so now
        before, had = settled(counts), settled_descriptors(processes)

        ab(port, connections // 3)
        h2load(port, connections // 3)
        answered = 0
        while answered < connections // 3:
            answered += wrk(port, 10, "-H", "Connection: close")

        faults, answered = Faults(port), 0
        while answered < requests:
            answered += wrk(port, 30)
        count = faults.stop()

        after = settled(counts)
        check(family(machine.process.pid) == processes, f"{wall}: no process ended or was started again")
        check(count > 100, f"{wall}: {answered} requests beside {count} connections that misbehaved")
        for name in ("wick_heap_used_bytes", "wick_net_pool_bytes"):
            check(after[name] == before[name], f"{wall}: {name}: {before[name]:.0f} before, {after[name]:.0f} after")
        have = settled_descriptors(processes)
        check(have == had, f"{wall}: {had} descriptors before, {have} after")
        spent = cpu_seconds(processes)
        time.sleep(5)
        spent = cpu_seconds(processes) - spent
        check(spent < 0.25, f"{wall}: {spent:.2f} seconds of the processor in 5 idle ones")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--image", required=True)
    parser.add_argument("--connections", type=int, default=100_000, help="opened by ab, h2load and wrk together")
    parser.add_argument("--requests", type=int, default=2_000_000, help="beside clients that misbehave")
    options = parser.parse_args()
    for program in ("ab", "h2load", "wrk"):
        if not shutil.which(program):
            print(f"skipped: {program} is missing")
            sys.exit(hosted.SKIP)
    for wall in hosted.walls():
        load(options.image, wall, options.connections, options.requests)
    hosted.finish()


main()
