# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""How far the guest's monotonic clock is off after ten minutes. The machine's time is that of its instructions (QEMU's -icount), and
while the guest sleeps it passes at once; QEMU stamps each frame that crosses the wire with it, so that the guest's word is held against
the machine's own."""

import os
import struct
import tempfile

from guest import Unavailable
from row import Row
from support import qemu

SECONDS = 600
MOST = 6000  # microseconds: 10 in a million, less than the quartz of most machines is off
# By what the clock is made of: machine, and what tells the guest so.
CLOCKS = {"the TSC, measured by the APIC timer as it runs (QEMU's TCG)": ("microvm", "max"),
          "the TSC, measured against the 8254 at the start (as bare metal)": ("q35", "max,-hypervisor")}


def told(path):
    """@return what datagrams to the discard port say and when they crossed the wire, in nanoseconds, from a file of libpcap's"""
    with open(path, "rb") as file:
        data = file.read()
    at, found = 24, []
    while at + 16 <= len(data):
        seconds, micros, length = struct.unpack("<III", data[at:at + 12])
        frame = data[at + 16:at + 16 + length]
        if frame[12:14] == b"\x08\x00" and frame[23] == 17 and frame[36:38] == b"\0\x09":
            found.append((struct.unpack("<q", frame[42:50])[0], (seconds * 1_000_000 + micros) * 1000))
        at += 16 + length
    return found


def error(image, machine, processor):
    """@return nanoseconds that the clock has gained on the machine's time, or lost"""
    with tempfile.TemporaryDirectory(prefix="wick-clock-") as scratch:
        wire = os.path.join(scratch, "wire")
        extra = qemu.device_arguments(machine, ["network"], net="user,id=n0") + ["-object", f"filter-dump,id=f0,netdev=n0,file={wire}"]
        line = qemu.command(image, machine, append=f"net.ipv4=10.0.2.15/24 net.ipv6=off arg={SECONDS}",
                            extra=[*extra, "-icount", "shift=0,sleep=off", "-cpu", processor])
        done = qemu.run(line, 300)
        said = told(wire)
    if done.code or len(said) < 2:
        raise Unavailable("the guest does not tell its time: " + (done.text.strip().splitlines() or ["it says nothing"])[-1])
    (first, then), (last, now) = said[len(said) // 2 - 1], said[-1]  # the last of each turn
    if now - then < SECONDS * 1_000_000_000:
        raise Unavailable("some of its datagrams were lost")
    return (last - first) - (now - then)


def clocks(context):
    for what, (machine, processor) in CLOCKS.items():
        yield Row(f"clock error over {SECONDS} s, {what}, microseconds", abs(round(error(context.probe("clock-error"), machine, processor) / 1000)), MOST)
