# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What a start costs until the first output, in numbers that no other program's work changes: system calls of the monitor,
as strace counts them, and exits of the guest, as --trace shows them, whose timeline of the start has no hole. And the page faults
of a short run, of which there are a few more where the kernel has put a stack or the file's pages otherwise: so the least of some."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted  # noqa: E402
from support.hosted import check  # noqa: E402

MOST_CALLS = {"hosted": 74, "process": 67}
MOST_FAULTS, RUNS = {"hosted": 84, "process": 74}, 10
MOST_EXITS = 1  # the output itself
PHASES = ["exec", "options", "image", "machine", "devices", "memory", "machine with memory", "first life", "jail", "first output"]
ROUNDING = 0.01  # microseconds


def system_calls(image, wall, folder):
    """How many the process has begun before the first that writes to standard output, and its threads with it. Not those by which
    the guest gets its thread pointer where the kernel keeps FSGSBASE to itself."""
    path = os.path.join(folder, "calls")
    subprocess.run(["strace", "-f", "-o", path, *hosted.command(image, wall)], stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, timeout=60, check=False)
    with open(path, encoding="utf-8", errors="replace") as file:
        begun = [call for call in re.findall(r"^\d+ +(\w+\(\S*)", file.read(), re.M) if not call.startswith("arch_prctl(")]
    return next((at for at, call in enumerate(begun) if call.startswith("write(1,")), None)


def page_faults(image, wall):
    """Of a run up to its end, as the kernel counts them. Without an environment: Meson's makes malloc() write what nobody has asked for."""
    command = hosted.command(image, wall)
    nothing = [(os.POSIX_SPAWN_OPEN, file, os.devnull, os.O_RDWR, 0) for file in (0, 1)]
    return os.wait4(os.posix_spawn(command[0], command, {}, file_actions=nothing), 0)[2].ru_minflt


def spans(image, wall, folder):
    """(name, line, start, end) each."""
    path = os.path.join(folder, "trace.json")
    subprocess.run(hosted.command(image, wall, "--trace", path), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   timeout=60, check=False)
    with open(path, encoding="utf-8") as file:
        return [(event["name"], event["tid"], event["ts"], event["ts"] + event["dur"]) for event in json.load(file)
                if event["ph"] == "X"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True, help="prints, and needs no device for that")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for wall in hosted.walls():
            calls = system_calls(options.image, wall, folder)
            check(calls is not None and calls <= MOST_CALLS[wall],
                  f"{wall}: {calls} system calls before the first output, of {MOST_CALLS[wall]} at most")
            faults = min(page_faults(options.image, wall) for _ in range(RUNS))
            check(faults <= MOST_FAULTS[wall], f"{wall}: {faults} page faults, of {MOST_FAULTS[wall]} at most")
            found = spans(options.image, wall, folder)
            phases = [span for span in found if span[0] in PHASES and span[1] == 2]
            check([span[0] for span in phases] == PHASES, f"{wall}: the start has its phases, in order")
            check(phases[0][2] == 0 and all(abs(one[3] - next_one[2]) < ROUNDING for one, next_one in zip(phases, phases[1:])),
                  f"{wall}: from exec() on, each begins where the last one ends")
            output = phases[-1][3]
            exits = sum(span[0] == "guest" and span[3] <= output for span in found)
            check(exits == MOST_EXITS, f"{wall}: {exits} exit of the guest before the first output has come out")
            check(phases[-2][3] <= min(span[2] for span in found if span[0] == "guest"), f"{wall}: the jail is before the guest")
    hosted.finish()


main()
