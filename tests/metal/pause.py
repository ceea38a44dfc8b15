# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The date of a machine that was paused: QEMU's clock stood still meanwhile, its real-time clock didn't. That one shows whole
seconds, so the date may be a second late until several looks have narrowed it down."""

import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402

PAUSE = 4


def behind(machine, after):
    """Seconds by which the next date that the guest tells is behind ours."""
    deadline = time.time() + 20
    while time.time() < deadline:
        told = re.findall(r"^date (\d+)\n", machine.console().replace("\r", ""), re.M)
        if len(told) > after:
            return time.time() - int(told[-1]) / 1e9, len(told)
        time.sleep(0.02)
    sys.exit("FAILED: the guest tells no date\n" + machine.console())


with qemu.Machine(qemu.command(sys.argv[1], append="arg=date")) as machine:
    _, count = behind(machine, 0)
    time.sleep(2)
    before, count = behind(machine, count + 10)
    machine.ask("stop")
    time.sleep(PAUSE)
    machine.ask("cont")
    time.sleep(3)
    after, count = behind(machine, count + 20)
print(f"{before:.2f} s behind before a pause of {PAUSE} s, {after:.2f} s after it")
if not (-0.5 < before < 1.5 and -0.5 < after < 1.5):
    sys.exit("FAILED: the date doesn't follow")
print("SUCCESS")
