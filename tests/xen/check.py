# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What a guest on Xen must have shown, read from its console. Each check says one sentence."""

import re

# Between these two lines the guest sleeps; a halted guest leaves the machine idle.
IDLE_BEGINS = r"idle begins"
IDLE_ENDS = r"idle ends"
IDLE_SHARE = 0.5


class Checks:
    def __init__(self):
        self.failed = 0

    def check(self, good, sentence):
        print(f"{'ok  ' if good else 'FAIL'}  {sentence}", flush=True)
        self.failed += not good
        return good


def guest_console(checks, text, options):
    """@param text what the guest printed, and only that"""
    banner = re.search(r"^\[wick\].*\bXen\b.*$", text, re.M)
    checks.check(banner, f"the banner names Xen: {banner.group(0) if banner else 'no such line'}")
    for name in ("xen-clock", "xen-console", "xen-event-channels", "xen-shutdown"):
        checks.check(re.search(rf"^\[wick\].*\b{name}\b", text, re.M), f"the banner names the interface {name}")
    for pattern in options.expect:
        found = re.search(pattern, text, re.M)
        checks.check(found, f"the guest printed {pattern!r}" + (f": {found.group(0)}" if found else ""))
    ends = re.findall(r"^\[wick\] exit (\d+)\s*$", text, re.M)
    checks.check(ends == [str(options.exit)], f"it ends with exit code {options.exit}: {ends or 'no exit line'}")


def idle(checks, run):
    """Only when the guest marks its idle time."""
    begin, end = run.find(IDLE_BEGINS), run.find(IDLE_ENDS)
    if not begin or not end:
        return
    wall, used = end.wall - begin.wall, end.used - begin.used
    share = used / wall if wall > 0 else 1.0
    checks.check(share < IDLE_SHARE, f"it halts while idle: {used:.2f} s of processor in {wall:.2f} s")
