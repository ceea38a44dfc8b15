# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Non-maskable interrupts and then INIT behind VT-x, in Bochs. It has no button for them, so its debugger lets hv run a few
instructions of the test's: they point the timer's input of the I/O APIC at NMI, in the end at INIT, 4,700 times a second. Some
then end the guest's run, which the debugger sees twice of each kind: after the first NMI, hv must have allowed the next one,
and HTTP is served meanwhile. An exit by INIT is known by its reason, which a detour of the test's reads behind each exit; after
the first, hv must have let the guest run on. Nothing comes after these: Bochs keeps an INIT that has ended a run."""

import argparse
import os
import re
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import bochs, http, iso  # noqa: E402

PLACE = 0x100000  # hv's first instructions: not needed any more
IO_APIC, TIMER_LOW, TIMER_HIGH, NMI, INIT = 0xfec00000, 0x14, 0x15, 0x400, 0x500  # 82093AA datasheet, §3.2.4
DETOUR, SECOND = PLACE + 0x100, PLACE + 0x200
MOST_REQUESTS = 40
TOLD = "[wick] a non-maskable interrupt has come"


def symbols(image):
    text = subprocess.run(["llvm-nm-19", image], capture_output=True, text=True, check=True).stdout
    return {words[2]: int(words[0], 16) for words in map(str.split, text.splitlines()) if len(words) == 3}


def address_of(what, image):
    """A variable's, by its type's layout, which the image's symbols tell."""
    said = subprocess.run(["gdb", "-batch", "-ex", f"print &{what}", image], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"0x[0-9a-f]+", said.rsplit("=", 1)[1])[0], 16)


def write(place, code):
    return [f"setpmem {place + offset:#x} 1 {byte:#x}" for offset, byte in enumerate(code)]


def jump(at, to):
    return b"\xe9" + struct.pack("<i", to - (at + 5))


def timer_as(kind, place, then):
    """Machine code that ends at the address `then`; it changes RAX and RCX only."""
    code = b""
    for port, value in [(0x43, 0x36), (0x40, 0xff), (0x40, 0)]:  # 8254: channel 0, divisor 255
        code += bytes([0xb0, value, 0xe6, port])
    code += b"\xb9" + struct.pack("<I", IO_APIC)  # mov $IO_APIC, %ecx
    for register, value in [(TIMER_HIGH, 0), (TIMER_LOW, kind)]:
        code += b"\xc7\x01" + struct.pack("<I", register) + b"\xc7\x41\x10" + struct.pack("<I", value)
    return code + jump(place + len(code), then)


def detour(vmx_exit):
    """Of the first two instructions behind an exit. @return its code, and where it comes by when the reason is INIT"""
    first = b"\x57\x48\x8b\x7c\x24\x08"  # push %rdi; mov 8(%rsp), %rdi
    code = b"\x50\x52\xb8\x02\x44\0\0\x0f\x78\xc2"  # push %rax, %rdx; mov $exit reason, %eax; vmread %rax, %rdx
    code += b"\x83\xfa\x03\x5a\x58\x75\x01"  # cmp $3, %edx; pop %rdx, %rax; jne over the next
    stop = DETOUR + len(code)
    code += b"\x90" + first
    code += jump(DETOUR + len(code), vmx_exit + len(first))
    return write(DETOUR, code) + write(vmx_exit, jump(vmx_exit, DETOUR) + b"\x90"), stop


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("debug", help="the same with symbols")
    options = parser.parse_args()
    at = symbols(options.debug)
    nmis = address_of("hv_cpus[0].nmis", options.debug)
    show = f"xp /1wx {nmis:#x}"
    commands = [f"pb {at['hv_vmx_run']:#x}", "c"]
    patch, stop = detour(at["hv_vmx_exit"])
    commands += patch + write(PLACE, timer_as(NMI, PLACE, at["hv_vmx_run"]))
    commands += [f"set rip={PLACE:#x}", "d 1", f"pb {at['hv_vmx_allow_nmis']:#x}", "c", show, "c", show, "d 2", "c"]
    init = [f"pb {at['hv_vmx_run']:#x}", "c", *write(SECOND, timer_as(INIT, SECOND, at["hv_vmx_run"]))]
    init += [f"set rip={SECOND:#x}", "d 3", f"pb {stop:#x}", "c", "c"]
    with tempfile.TemporaryDirectory(prefix="wick-metal-") as scratch:
        disc = iso.make(options.image, scratch, "log.level=debug wick.wall=vmx")
        port = http.free_port()
        served, over, console, debugger = threading.Event(), threading.Event(), [], []
        machine = threading.Thread(target=lambda: console.append(bochs.boot(
            disc, lambda _: over.is_set(), 150, more=bochs.network(scratch, port), commands=commands, debugger=debugger,
            stop=served.is_set, then=init)))
        machine.start()
        answers = [http.get(port, seconds=100)]
        while "".join(debugger).count("Breakpoint 2,") < 2 and len(answers) < MOST_REQUESTS and None not in answers:
            answers.append(http.get(port))
        answers.append(http.get(port))
        served.set()
        limit = time.monotonic() + 60
        while "".join(debugger).count("Breakpoint 4,") < 2 and time.monotonic() < limit:
            time.sleep(0.1)
        over.set()
        machine.join()
    print(console[0])
    said = "".join(debugger)
    stops, inits = said.count("Breakpoint 2,"), said.count("Breakpoint 4,")
    counts = [int(word, 16) for word in re.findall(rf"{nmis:#018x} <[^>]*>:\s*(0x[0-9a-f]+)", said)]
    print(f"{stops} stops where an NMI had ended the guest's run, {counts} counted then, {inits} where INIT had, {len(answers) - answers.count(None)} answers")
    if stops != 2 or inits != 2 or len(counts) != 2 or not 0 < counts[0] < counts[1] or None in answers or console[0].count(TOLD) != 1 or "crash\n" in console[0]:
        print(said[-3000:])
        sys.exit("FAILED: an NMI or INIT was lost, an NMI not told once, or somebody was killed")
    print("SUCCESS")


main()
