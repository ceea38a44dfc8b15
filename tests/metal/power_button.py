# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The power button of a q35 machine, pressed by QEMU's system_powerdown: the program ends as by exit(0), its atexit()
functions run, and the machine powers off."""

import argparse
import contextlib
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    options = parser.parse_args()
    with qemu.Machine(qemu.command(options.image, "q35")) as machine:
        started = machine.wait_for(r"^waiting", 30)
        with contextlib.suppress(ConnectionError):  # it may be off before QEMU has answered
            machine.ask("system_powerdown")
        said = machine.wait_for(r"^goodbye\n(.*\n)*\[wick\] exit 0", 15)
        end = time.monotonic() + 10
        while machine.process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        print(machine.console())
        if not started or not said or machine.process.poll() is None:
            sys.exit("FAILED: the machine did not end in order")
    print("SUCCESS")


main()
