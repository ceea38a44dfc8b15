# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""With wick.at_end=reboot a program that ends resets the machine by ACPI, which boots and runs it again."""

import argparse
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("image", help="one that ends by itself")
    options = parser.parse_args()
    arguments = qemu.command(options.image, "q35", append="wick.at_end=reboot", exit_port=False) + ["-action", "reboot=reset"]
    with qemu.Machine(arguments) as machine:
        again = machine.wait_for(r"^\[wick\] exit 0\n(.*\n)*\[wick\] exit 0", 30)
        print(machine.console())
        if not again:
            sys.exit("FAILED: the machine did not start a second time")
    print("SUCCESS")


main()
