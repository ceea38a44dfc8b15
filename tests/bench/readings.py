# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What the benches read out of text that others print: the monitor's statistics, the kernel's maps of a process. A wrong
reading would look like a good figure, so each is tried on a sample: `readings.py --self-test`."""

import os
import re
import sys


def exits_of(statistics):
    """Times that the guest left to the monitor, by the table that --stats prints. Calls are among them."""
    counts = re.findall(r"^exits +\S+ +(\d+) ", statistics, re.M)
    if not counts:
        raise RuntimeError("the appliance prints no statistics")
    return sum(map(int, counts))


def resident_outside(smaps, start, end):
    """KiB that are resident, of all mappings of proc(5)'s smaps that lie outside of the addresses [start, end)."""
    total, counted = 0, False
    for line in smaps.splitlines():
        if head := re.match(r"([0-9a-f]+)-([0-9a-f]+) [r-]", line):
            counted = int(head[2], 16) <= start or int(head[1], 16) >= end
        elif counted and (resident := re.match(r"Rss: +(\d+) kB", line)):
            total += int(resident[1])
    return total


def proportional(rollup):
    """KiB of a process, what it shares divided among the sharers, by proc(5)'s smaps_rollup."""
    return int(re.search(r"^Pss: +(\d+) kB", rollup, re.M)[1])


def private(rollup):
    """KiB of a process that no other one shares, by proc(5)'s smaps_rollup."""
    return sum(int(size) for size in re.findall(r"^Private_(?:Clean|Dirty): +(\d+) kB", rollup, re.M))


def ticks(stat):
    """Of the processor that a process has had, by proc(5)'s stat."""
    words = stat.rpartition(")")[2].split()
    return int(words[11]) + int(words[12])


def processor_seconds(pid):
    """What a process and those that it has started have had of the processor."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        own = ticks(file.read())
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        children = file.read().split()
    return own / os.sysconf("SC_CLK_TCK") + sum(map(processor_seconds, children))


def available(meminfo):
    """KiB that programs can still have, by proc(5)'s meminfo."""
    return int(re.search(r"^MemAvailable: +(\d+) kB", meminfo, re.M)[1])


def self_test():
    statistics = ("statistics of http after 1.013 s, wall hosted, /dev/kvm, 0 restarts\n"
                  "exits  call                   34         33.6/s\nexits  interrupt               2          1.9/s\n"
                  "calls  yield                   8          7.9/s\nsleeps                         3          3.0/s\n")
    smaps = ("00100000-00110000 r-xp 00000000 fe:00 12 /a\nRss:                  64 kB\nPss:                  32 kB\n"
             "03ff0000-04000000 rw-p 00000000 00:00 0 \nRss:                   8 kB\n"
             "7f0000000000-7f0000010000 r--p 00000000 fe:00 12 /a\nRss:                  16 kB\n"
             "7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0 [stack]\nRss:                  12 kB\n")
    assert exits_of(statistics) == 36
    assert resident_outside(smaps, 1 << 20, 64 << 20) == 28
    assert resident_outside(smaps, 1 << 20, 32 << 20) == 36
    assert proportional("00100000-7ffc00021000 ---p 00000000 00:00 0 [rollup]\nRss:  90 kB\nPss:  52 kB\nPss_Dirty: 7 kB\n") == 52
    assert private("Pss:  52 kB\nShared_Clean:  9 kB\nPrivate_Clean:  3 kB\nPrivate_Dirty:  7 kB\nPrivate_Hugetlb:  5 kB\n") == 10
    assert ticks("1 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 70 30 0 0 20") == 100
    assert available("MemTotal:  100 kB\nMemFree:  5 kB\nMemAvailable:  60 kB\n") == 60


if __name__ == "__main__" and sys.argv[1:] == ["--self-test"]:
    self_test()
