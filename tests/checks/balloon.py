# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The image of tests/guest/balloon on a machine with a balloon device: what the program frees, QEMU's process has no longer, and
has again when the program fills it again. Without the device, or with one that doesn't take free pages, the same image runs
and keeps its memory."""

import argparse
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402
from support.hosted import check  # noqa: E402

FREED = 44 << 10  # KiB of the program's 48 MiB: a piece at the bottom may be smaller than what is given back
STAGES = ("ready", "filled", "free", "filled again", "free again")


def resident(pid):
    """KiB that the process has of anonymous memory."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Anonymous:"))


def watch(machine, image, said):
    """@param said of the device; None: there is none  @return KiB by stage: the most while the program holds memory, the least
    while it doesn't; the console"""
    device = [] if said is None else ["-object", "iothread,id=t0", "-device", f"virtio-balloon-{qemu.BUS[machine]}{said}"]
    seen = {}
    with qemu.Machine(qemu.command(image, machine, 128, extra=device)) as running:
        until = time.monotonic() + 90
        while running.process.poll() is None and time.monotonic() < until:
            stage = next((line for line in reversed(running.console().split("\n")) if line in STAGES), None)
            try:
                now = resident(running.process.pid)
            except (OSError, StopIteration):  # it ends
                break
            if stage:
                seen[stage] = (max if stage.startswith("filled") else min)(seen.get(stage, now), now)
            time.sleep(0.02)
        running.wait_end(20)
        text = running.console()
    check("SUCCESS" in text.split("\n"), f"the program finds its memory as it has filled it{'' if 'SUCCESS' in text else ': ' + text}")
    return seen, text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--machine", default="microvm", choices=["microvm", "q35"])
    parser.add_argument("image")
    options = parser.parse_args()
    # A scenario takes seconds, and each driver path is on both machines: so each has two of the four. Where QEMU offers hints, their
    # queue stands in front of the one for reports.
    reports, keeps = {"microvm": (",free-page-reporting=on", None),
                      "q35": (",free-page-reporting=on,free-page-hint=on,iothread=t0", "")}[options.machine]
    seen, _ = watch(options.machine, options.image, reports)
    print(", ".join(f"{stage} {kib} KiB" for stage, kib in seen.items()))
    for again in ("", " again"):
        fell = seen["filled" + again] - seen["free" + again]
        check(fell >= FREED, f"of 48 MiB that are free{again} the host has {fell >> 10} MiB back")
    check(seen["filled again"] - seen["free"] >= FREED, "and lends them again")
    seen, text = watch(options.machine, options.image, keeps)
    check(seen["filled"] - seen["free"] < 1024, "without such a device memory stays with the machine")
    if keeps is not None:
        check("virtio/balloon can't drive the device" in text and "free-page-reporting=on" in text, "which is said in a sentence")


main()
