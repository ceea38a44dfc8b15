# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Writes monitor/start.order: the monitor's functions and the C library's in the order in which a start comes through them, which the linker
puts beside each other, and their small variables, which lie between buffers otherwise. What a start executes is a tenth of the file, and each
64 KiB of it that it enters cost a page fault, as does each page of variables. A list that has grown old costs a little time and nothing else:
whoever changes a start much runs this again.

    tests/bench/start_order.py hello.appliance http.appliance      # behind both walls, up to the first output or the first sleep
"""

import argparse
import bisect
import ctypes
import os
import struct
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
MONITOR = os.path.join(ROOT, "build/host/monitor/wick-monitor")
ORDER = os.path.join(ROOT, "monitor/start.order")
TRACEME, PEEK_TEXT, PEEK_USER, SINGLE_STEP = 0, 1, 3, 9  # <sys/ptrace.h>
# Of struct user_regs_struct: where it is, the call's number and its first argument.
PLACE, NUMBER, FIRST = 16 * 8, 10 * 8, 14 * 8
SYSCALL, WRITE, SLEEP, STDOUT = 0x050f, 1, 271, 1
WORD = 2**64 - 1
SMALL = 2048  # bytes

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def functions(program):
    """(offset, names) each, in order."""
    text = subprocess.run(["nm", "--defined-only", program], capture_output=True, text=True, check=True).stdout
    found = {}
    for offset, kind, name in (line.split() for line in text.splitlines()):
        if kind in "tTwWi":
            found.setdefault(int(offset, 16), []).append(name)
    return sorted(found.items())


def small_variables(program):
    text = subprocess.run(["nm", "--defined-only", "--print-size", program], capture_output=True, text=True, check=True).stdout
    return sorted({words[3] for words in map(str.split, text.splitlines())
                   if len(words) == 4 and words[2] in "bBdD" and int(words[1], 16) <= SMALL})


def places(command, entry):
    """Where the process is, instruction by instruction, from the program's beginning, up to its first output or sleep."""
    child = os.fork()
    if child == 0:
        nothing = os.open(os.devnull, os.O_RDWR)
        for file in (0, 1, 2):
            os.dup2(nothing, file)
        libc.ptrace(TRACEME, 0, None, None)
        os.execv(command[0], command)
    os.waitpid(child, 0)

    def register(offset):
        return libc.ptrace(PEEK_USER, child, offset, None) & WORD

    def is_last(place):
        number = register(NUMBER)
        if number != SLEEP and not (number == WRITE and register(FIRST) == STDOUT):
            return False
        return libc.ptrace(PEEK_TEXT, child, place, None) & 0xffff == SYSCALL

    place = register(PLACE)
    base = place - entry
    while not is_last(place):
        yield place - base
        libc.ptrace(SINGLE_STEP, child, None, None)
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            sys.exit(f"{command[0]} has ended before it said a word")
        place = register(PLACE)
    os.kill(child, 9)
    os.waitpid(child, 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("images", nargs="+", help="of the monitor that lies in build/host")
    images = [os.path.realpath(image) for image in parser.parse_args().images]
    known = functions(MONITOR)
    offsets = [offset for offset, _ in known]
    with open(MONITOR, "rb") as file:
        [entry] = struct.unpack_from("<Q", file.read(64), 24)
    order = {}
    for image in images:
        for wall in ("process", "hosted"):
            for place in places([image, "--wall", wall], entry):
                if 0 <= place < offsets[-1] + 4096:  # else it is the guest's, or the kernel's page of clocks
                    order.setdefault(bisect.bisect(offsets, place) - 1)
    with open(ORDER, "w", encoding="utf-8") as file:
        file.write("# Written by tests/bench/start_order.py, which says why; do not edit.\n")
        file.writelines(name + "\n" for at in order for name in sorted(known[at][1]))
        file.writelines(name + "\n" for name in small_variables(MONITOR))
    print(f"{len(order)} functions")


main()
