# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Counts the lines of code of the monitor, which has no privilege but stands between a guest and a Linux host: without its
user-mode network and its vsock, which never see the guest's memory, and with them. Blank lines and lines that are only comment don't
count. A test keeps each sum below what is promised. Those of hv are privileged.py's: it counts what images link.

Both grew by 245 when snapshots got checksums, the list of pages that come first and an address for each copy, as a restore lost to a
boot before, and two copies could not stand on one bridge; and by 100 for the phases of a start and the list of the processor's features, without
which KVM was asked for all that it knows. By 121 and, in the network, 98 for --clones: one process that forks all copies, and one that forks their
networks' processes with nothing of the monitor's in them, where each copy was executed three times. By 97 for pages that are moved aside on the way back to a
checkpoint and a thread that frees them, as freeing was nearly all of a return. The first grew by 267 more, the sum by 271, when a running appliance could be asked for a snapshot:
the control socket with its thread, that thread's filter, and the copy of the process that writes. The sum grew by 140 for `wick serve`: the network takes sockets and connections
from who starts it, says whether a client is there, and rests when it is asked to. Both grew by 18 for filters without idle instructions, a tap
that is looked at once it is open, and a trace that begins where exec() did. Both grew by 60, the sum by 15 more, for what copies have in common: memory
and tables of the machine that are mapped before the first of them, the stack of set-up that is given back, and a network that starts meanwhile. For that a copy
has 55 to 80 KiB less. Both grew by 270 for answers to questions: counts, the guest's threads, the last crash."""

import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
NOT_LINKED = ("monitor/pch/",)
MOST_MONITOR, MOST_WITH_NETWORK = 6_530, 10_500


def code_lines(path):
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    lines = (line.split("//")[0].strip() for line in text.splitlines())
    return sum(1 for line in lines if line)


def sums_of(top):
    """Lines by part: the folders right below `top`, and the files there by their names."""
    sums = {}
    for folder, _, files in os.walk(os.path.join(ROOT, top)):
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), ROOT)
            if name.endswith((".cpp", ".h", ".S")) and not path.startswith(NOT_LINKED):
                part = "/".join(path.split("/")[:2])
                sums[part] = sums.get(part, 0) + code_lines(os.path.join(ROOT, path))
    for part, lines in sorted(sums.items()):
        print(f"{part:26}{lines:6}")
    return sums


def main():
    monitor = sums_of("monitor")
    with_network = sum(monitor.values())
    without = with_network - monitor["monitor/network"] - monitor["monitor/vsock"]
    print(f"the monitor has {without} without its network and vsock, {with_network} with them")
    return 0 if 1000 < without <= MOST_MONITOR and with_network <= MOST_WITH_NETWORK else 1


if __name__ == "__main__":
    sys.exit(main())
