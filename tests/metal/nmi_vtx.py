# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Non-maskable interrupts behind VT-x, in Bochs. It has no button for them, so its debugger lets hv run a few instructions
of the test's: they point the timer's input of the I/O APIC at NMI, 4,700 times a second. Some then end the guest's run, which
the debugger sees twice: after the first, hv must have allowed the next one. HTTP is served meanwhile."""

import argparse
import os
import re
import struct
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import bochs, http, iso  # noqa: E402

PLACE = 0x100000  # hv's first instructions: not needed any more
IO_APIC, TIMER_LOW, TIMER_HIGH, NMI = 0xfec00000, 0x14, 0x15, 0x400  # 82093AA datasheet, §3.2.4
MOST_REQUESTS = 40
TOLD = "[wick] a non-maskable interrupt has come"


def symbols(image):
    text = subprocess.run(["llvm-nm-19", image], capture_output=True, text=True, check=True).stdout
    return {words[2]: int(words[0], 16) for words in map(str.split, text.splitlines()) if len(words) == 3}


def timer_as_nmi(then):
    """Machine code that ends at the address `then`; it changes RAX and RCX only."""
    code = b""
    for port, value in [(0x43, 0x36), (0x40, 0xff), (0x40, 0)]:  # 8254: channel 0, divisor 255
        code += bytes([0xb0, value, 0xe6, port])
    code += b"\xb9" + struct.pack("<I", IO_APIC)  # mov $IO_APIC, %ecx
    for register, value in [(TIMER_HIGH, 0), (TIMER_LOW, NMI)]:
        code += b"\xc7\x01" + struct.pack("<I", register) + b"\xc7\x41\x10" + struct.pack("<I", value)
    return code + b"\xe9" + struct.pack("<i", then - (PLACE + len(code) + 5))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("debug", help="the same with symbols")
    options = parser.parse_args()
    at = symbols(options.debug)
    show = f"xp /1wx {at['hv_nmis']:#x}"
    commands = [f"pb {at['hv_vmx_run']:#x}", "c"]
    commands += [f"setpmem {PLACE + offset:#x} 1 {byte:#x}" for offset, byte in enumerate(timer_as_nmi(at["hv_vmx_run"]))]
    commands += [f"set rip={PLACE:#x}", "d 1", f"pb {at['hv_vmx_allow_nmis']:#x}", "c", show, "c", show, "d 2", "c"]
    with tempfile.TemporaryDirectory(prefix="wick-metal-") as scratch:
        disc = iso.make(options.image, scratch, "log.level=debug wick.wall=vmx")
        port = http.free_port()
        over, console, debugger = threading.Event(), [], []
        machine = threading.Thread(target=lambda: console.append(bochs.boot(
            disc, lambda _: over.is_set(), 150, more=bochs.network(scratch, port), commands=commands, debugger=debugger)))
        machine.start()
        answers = [http.get(port, seconds=100)]
        while "".join(debugger).count("Breakpoint 2,") < 2 and len(answers) < MOST_REQUESTS and None not in answers:
            answers.append(http.get(port))
        answers.append(http.get(port))
        over.set()
        machine.join()
    print(console[0])
    said = "".join(debugger)
    stops = said.count("Breakpoint 2,")
    counts = [int(word, 16) for word in re.findall(rf"{at['hv_nmis']:#018x} <[^>]*>:\s*(0x[0-9a-f]+)", said)]
    print(f"{stops} stops where an NMI had ended the guest's run, {counts} counted then, {len(answers) - answers.count(None)} answers")
    if stops != 2 or len(counts) != 2 or not 0 < counts[0] < counts[1] or None in answers or console[0].count(TOLD) != 1 or "crash\n" in console[0]:
        print(said[-3000:])
        sys.exit("FAILED: an NMI was lost, not told once, or has killed somebody")
    print("SUCCESS")


main()
