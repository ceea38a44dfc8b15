# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Of an hv that was built with the option `retpolines`: no instruction of it takes its target from a register or from
memory, where the guest could have trained the processor's guess."""

import argparse
import re
import subprocess
import sys

INDIRECT = re.compile(r"\t(?:call|jmp)q?\s+\*")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("object", help="hv, linked apart")
    options = parser.parse_args()
    text = subprocess.run(["llvm-objdump-19", "-dr", options.object], check=True, capture_output=True, text=True).stdout
    found = [line.strip() for line in text.splitlines() if INDIRECT.search(line)]
    through = len(re.findall(r"R_X86_64_\w+\s+\S*retpoline", text))
    for line in found:
        print(f"FAILED: {line}")
    if not through:
        print("FAILED: nothing goes through a retpoline: this is not such an hv")
    print(f"{through} branches through retpolines, {len(found)} past them")
    return 1 if found or not through else 0


sys.exit(main())
