# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""One QEMU machine with Xen on it: runs under a deadline, shows what comes over the serial line as it comes, and
keeps for each line when it came and how much processor time the machine had used by then."""

import os
import re
import select
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass

from packages import Missing

QEMU = "qemu-system-x86_64"
MACHINE = ["-M", "q35", "-accel", "tcg", "-nodefaults", "-no-user-config", "-display", "none", "-serial", "stdio",
           "-monitor", "none", "-no-reboot"]
# The machine's time is the host's. TCG drops guest memory barriers when only one processor can ever exist, hence maxcpus=2.
HOSTS_TIME = ["-smp", "1,maxcpus=2"]
# An instruction is 4 ns, who waits goes on at once, and date and random numbers are given: every run is the same run,
# however busy the host. In the host's time the machine stood still now and then; and TCG's SVM (QEMU 7.2) may hand a guest of
# Xen an interrupt that it has masked, which depends on the very instruction: so it was with 32 ns each.
OWN_DATE = 1_800_000_000
OWN_TIME = ["-smp", "1", "-icount", "shift=2,sleep=off", "-rtc", "base=2027-01-15T08:00:00,clock=vm", "-seed", "1"]
CONTROL = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\r")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Line:
    text: str
    wall: float  # seconds since QEMU started
    used: float  # processor seconds of QEMU by then


@dataclass
class Run:
    lines: list
    ended: bool  # by itself, not by the deadline
    code: int
    seconds: float

    def text(self):
        return "\n".join(line.text for line in self.lines)

    def find(self, pattern):
        """The first line that `pattern` matches, or None."""
        return next((line for line in self.lines if re.search(pattern, line.text)), None)


def used_seconds(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS
    except OSError:
        return 0.0


def module(path, arguments=""):
    """One multiboot module for -initrd, where a comma separates modules and a doubled one stands for itself."""
    return (path + (" " + arguments if arguments else "")).replace(",", ",,")


def run(arguments, time_base, seconds, log, show=True):
    """@param time_base HOSTS_TIME or OWN_TIME
    @param log file that receives everything the machine prints"""
    if not shutil.which(QEMU):
        raise Missing(f"{QEMU} is not installed")
    start = time.monotonic()
    process = subprocess.Popen(["timeout", "-k", "5", str(seconds), QEMU, *MACHINE, *time_base, *arguments],
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    children = f"/proc/{process.pid}/task/{process.pid}/children"
    lines, rest = [], b""
    with open(log, "wb") as file:
        while True:
            select.select([process.stdout], [], [])
            data = os.read(process.stdout.fileno(), 65536)
            if not data:
                break
            file.write(data)
            *whole, rest = (rest + data).split(b"\n")
            try:
                machine = int(open(children).read().split()[0])
            except (OSError, IndexError):
                machine = process.pid
            stamp = (time.monotonic() - start, used_seconds(machine))
            for raw in whole:
                text = CONTROL.sub(b"", raw).decode(errors="replace")
                lines.append(Line(text, *stamp))
                if show:
                    print(f"{stamp[0]:6.1f}  {text}", flush=True)
    if rest:
        lines.append(Line(CONTROL.sub(b"", rest).decode(errors="replace"), time.monotonic() - start, 0.0))
    code = process.wait()
    return Run(lines, code not in (124, 137, -signal.SIGKILL), code, time.monotonic() - start)
