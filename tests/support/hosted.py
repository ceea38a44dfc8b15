# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Starts appliances that run themselves on Linux as a user does, by executing their file. Every run has a time limit and
an empty standard input. What is true behind both walls is tested behind both, with one file."""

import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import background  # noqa: E402
import lacks  # noqa: E402

WALLS = ("hosted", "process")
REFUSED = 70  # exit code of a monitor that can't start its guest

failures = []  # what was checked and isn't so


def need(wall):
    """Ends the test as skipped where this machine can't have that wall."""
    if wall == "hosted" and not lacks.has_kvm():
        lacks.skip("kvm", "/dev/kvm can't be opened here")


def walls():
    """Those that this machine can have. `process` works everywhere, so a test is never empty."""
    have = [wall for wall in WALLS if wall != "hosted" or lacks.has_kvm()]
    for wall in set(WALLS) - set(have):
        print(f"        without wall {wall}: /dev/kvm can't be opened here")
    return have


def check(condition, what):
    print(("ok      " if condition else "FAILED  ") + what, flush=True)
    if not condition:
        failures.append(what)
    return condition


def upstream(suite, passed, total):
    """A line that `wick test` shows. @param total that should be, None where the suite itself has none"""
    print(f"upstream: {suite}: {passed}{'' if total is None else f' of {total}'} passed", flush=True)


def finish():
    """Failures are said once more: of a long test's output, whoever runs it may show the last lines only."""
    for what in failures:
        print("FAILED  " + what)
    sys.exit(1 if failures else 0)


def command(image, wall, *options):
    return [os.path.abspath(image), "--wall", wall, *options]


class Result:
    def __init__(self, code, text, errors, seconds):
        self.code, self.text, self.errors, self.seconds = code, text, errors, seconds
        self.timed_out = code is None


def run(arguments, seconds=20, **options):
    """Runs to the end. A run that takes over `seconds` is ended and has the code None."""
    return Result(*background.run(arguments, seconds, stderr=subprocess.PIPE, **options))


class Machine(background.Background):
    """An appliance that runs beside the test."""

    def __init__(self, image, wall, *options, prefix=(), **more):
        super().__init__([*prefix, *command(image, wall, *options)], **more)


def children(pid):
    """Processes that this one has started and that live."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def gone(pids, seconds=5):
    """Waits until none of these processes is there any more, but for zombies that nobody has collected."""
    limit = time.monotonic() + seconds
    while any(state(pid) not in (None, "Z") for pid in pids):
        if time.monotonic() > limit:
            return False
        time.sleep(0.002)
    return True


def state(pid):
    """The letter of proc(5); None: there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0]
    except OSError:
        return None
