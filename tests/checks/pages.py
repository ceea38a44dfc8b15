# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Holds the promise on page rights, judged by the page tables as the emulator reads them from a running machine: no
page is writable and executable; page 0 and the guard page below the stack are not mapped; code is executable and never
writable, constants are neither, data and the rest of memory are not executable."""

import argparse
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402

ENTRY = re.compile(r"^([0-9a-f]{16}): ([0-9a-f]{16}) ([-XGPDACTUW]{9})", re.M)
PAGE = 4096


def parse(text):
    """`info tlb` of QEMU for x86-64: virtual, physical, X(no execute) G P D A C T U W. Large pages show as their first
    page. @return {virtual: (writable, executable)}"""
    return {int(virtual, 16): ("W" in flags, "X" not in flags) for virtual, _, flags in ENTRY.findall(text)}


def segments(image):
    """@return [(start, end, flags)] of PT_LOAD, flags as "R E" text of llvm-readelf"""
    text = subprocess.run(["llvm-readelf-19", "-lW", image], check=True, capture_output=True, text=True).stdout
    found = re.findall(r"^\s+LOAD\s+\S+\s+(0x\w+)\s+\S+\s+\S+\s+(0x\w+)\s+([R ][W ][E ])", text, re.M)
    return [(int(start, 16), int(start, 16) + int(size, 16), flags) for start, size, flags in found]


def symbol(image, name):
    text = subprocess.run(["llvm-nm-19", image], check=True, capture_output=True, text=True).stdout
    match = re.search(rf"^([0-9a-f]+) \w {name}$", text, re.M)
    return int(match[1], 16) if match else None


def judge(pages, loads, guard):
    """@return what is wrong, a sentence each"""
    wrong = [f"{address:#x} is writable and executable" for address, rights in pages.items() if rights == (True, True)]
    if 0 in pages:
        wrong.append("page 0 is mapped")
    if guard is None:
        wrong.append("the image has no guard page below its stack")
    elif guard in pages:
        wrong.append(f"the guard page at {guard:#x} is mapped")
    for start, end, flags in loads:
        want = ("W" in flags, "E" in flags)
        for address in range(start & -PAGE, end, PAGE):
            if address == guard:
                continue
            rights = pages.get(address)
            # hv makes more of data read-only once it is written: BootInfo.
            if rights != want and not (want == (True, False) and rights == (False, False)):
                wrong.append(f"{address:#x} of a segment \"{flags}\" is mapped as {rights}, (writable, executable)")
    if not loads or not any("E" in flags for _, _, flags in loads):
        wrong.append("the image has no executable segment")
    return wrong


def self_test():
    text = "0000000000001000: 0000000000001000 X--DA---W\n0000000000002000: 0000000000002000 ----A----\n"
    good, loads = parse(text), [(0x1000, 0x1800, "RW "), (0x2000, 0x2010, "R E")]
    bad = dict(good) | {0x3000: (True, True), 0: (True, False)}
    if judge(good, loads, 0x4000) or len(judge(bad, loads, 0x3000)) != 3 or len(judge({}, loads, 0x4000)) != 2:
        sys.exit("FAILED: the check itself is wrong")


def main():
    self_test()
    parser = argparse.ArgumentParser()
    parser.add_argument("--machine", default="microvm", choices=qemu.BUS)
    parser.add_argument("--devices", default="")
    parser.add_argument("--memory", default="64")
    parser.add_argument("image")
    parser.add_argument("debug")
    parser.add_argument("pattern", help="what the console shows once the image is up")
    options = parser.parse_args()
    arguments = qemu.command(options.image, options.machine, options.memory, "",
                             qemu.device_arguments(options.machine, options.devices.split(",")))
    with qemu.Machine(arguments) as machine:
        if not machine.wait_for(options.pattern, 60):
            print(machine.console())
            print(f"FAILED: the console does not show \"{options.pattern}\"")
            return 1
        pages = parse(machine.ask("info tlb"))
    wrong = judge(pages, segments(options.debug), symbol(options.debug, "wick_stack_guard"))
    for sentence in wrong[:40]:
        print(f"FAILED: {sentence}")
    print(f"{len(pages)} mapped pages, {len(wrong)} faults")
    return 1 if wrong or not pages else 0


sys.exit(main())
