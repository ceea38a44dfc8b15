# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Of an image with a wall: hv refers to nothing of the guest's but places that the linker script names, so none of the
guest's code can ever run with hv's privileges; and no function of it emulates a device or decodes an instruction."""

import argparse
import re
import subprocess
import sys

# What the linker script defines, but for the guest's own tables.
PLACES = re.compile(r"^(hv_(code_end|(checkpoint|classes|drivers|finders|iommus|loaders|services|transports|platforms)_(start|end)|entry_start|stack_guard|stack_top)|"
                    r"wick_(image|text|rodata|data|notes|shared|read_only)_(start|end)|wick_guest_(text|rodata)_start|"
                    r"wick_stack_(guard|top)|wick_build_id_note|wick_dma_size|wick_ring_entries)$")
FORBIDDEN = re.compile(r"emulat|decod|opcode|disassembl", re.I)
NUMBERS = re.compile(r"(^|\d)br_|^(p256|point)_decode$")  # BearSSL's, of a key service: what it reads are numbers and keys


def symbols(file, *options):
    text = subprocess.run(["llvm-nm-19", "--format=just-symbols", *options, file], check=True, capture_output=True, text=True)
    return text.stdout.split()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("object", help="hv, linked apart")
    options = parser.parse_args()
    outside, inside = symbols(options.object, "-u"), symbols(options.object, "--defined-only")
    wrong = [f"hv refers to {name}, which is the guest's" for name in outside if not PLACES.match(name)]
    wrong += [f"hv has a function {name}" for name in inside if FORBIDDEN.search(name) and not NUMBERS.search(name)]
    if len(inside) < 100 or not outside:
        wrong.append(f"{options.object} has {len(inside)} symbols: this is not hv")
    for sentence in wrong:
        print(f"FAILED: {sentence}")
    print(f"{len(inside)} symbols of hv's, {len(outside)} places outside")
    return 1 if wrong else 0


sys.exit(main())
