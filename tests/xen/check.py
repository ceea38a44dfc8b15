# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What a guest on Xen must have shown, read from its console. Each check says one sentence."""

import re

# The banner (libos/boot/banner.cpp) ends with the bits of abi/bootinfo.h's Interface.
BANNER = r"^\[wick\].*\bXen\b.*\binterfaces (0x[0-9a-f]+).*$"
INTERFACES = {"PVH": 0, "Xen's clock": 3, "Xen's console": 4, "event channels": 5, "Xen's shutdown": 6}
FOREIGN = {"kvmclock": 2, "APIC timer": 7, "UART": 8}
# Between these two lines of tests/boot/xen-platform the guest sleeps; a halted guest leaves the machine idle.
IDLE_BEGINS = r"idle begins"
IDLE_ENDS = r"idle ends after (\d+) us"
IDLE_SHARE = 0.5
CLOCK_ERROR = 0.25
DATE_ERROR = 300


class Checks:
    def __init__(self):
        self.failed = 0

    def check(self, good, sentence):
        print(f"{'ok  ' if good else 'FAIL'}  {sentence}", flush=True)
        self.failed += not good
        return good


def guest_console(checks, text, options, now):
    """@param text what the guest printed, and only that  @param now the machine's date, in seconds since 1970"""
    banner = re.search(BANNER, text, re.M)
    if checks.check(banner, f"the banner names Xen: {banner.group(0) if banner else 'no such line'}"):
        bits = int(banner.group(1), 16)
        for name, bit in INTERFACES.items():
            checks.check(bits >> bit & 1, f"in use: {name}")
        for name, bit in FOREIGN.items():
            checks.check(not bits >> bit & 1, f"not in use: {name}")
    date = re.search(r"^date (\d+)", text, re.M)
    if date:
        error = abs(int(date.group(1)) - now)
        checks.check(error < DATE_ERROR, f"its date is the machine's: {error:.0f} s apart, a minute of test run included")
    for pattern in options.expect:
        found = re.search(pattern, text, re.M)
        checks.check(found, f"the guest printed {pattern!r}" + (f": {found.group(0)}" if found else ""))
    if options.crash:
        record = re.search(r"^\[wick\] crash\s*$.*^\[wick\] end of crash\s*$", text, re.M | re.S)
        checks.check(record, "it shows its crash record")
        return
    if options.destroyed:
        checks.check(not re.search(r"^\[wick\] (exit|crash)", text, re.M), "it runs until it is destroyed")
        return
    ends = re.findall(r"^\[wick\] exit (\d+)\s*$", text, re.M)
    checks.check(ends == [str(options.exit)], f"it ends with exit code {options.exit}: {ends or 'no exit line'}")


def idle(checks, run):
    """Only when the guest marks its idle time and its lines come as they are printed."""
    begin, end = run.find(IDLE_BEGINS), run.find(IDLE_ENDS)
    if not begin or not end:
        return
    wall, used = end.wall - begin.wall, end.used - begin.used
    share = used / wall if wall > 0 else 1.0
    checks.check(share < IDLE_SHARE, f"it halts while idle: {used:.2f} s of processor in {wall:.2f} s")
    slept = int(re.search(IDLE_ENDS, end.text).group(1)) / 1e6
    checks.check(abs(slept - wall) < CLOCK_ERROR * wall,
                 f"its clock runs like the host's: {slept:.2f} s against {wall:.2f} s")
