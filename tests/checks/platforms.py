# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""One image, the very same bytes, boots on microvm and q35 by -kernel and from a GRUB ISO on q35, says there what it
is to say and powers the machine off: through the debug exit port with its code, and without that port by ACPI or the
reset that -no-reboot turns into an end."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402

GRUB = "/usr/lib/grub/i386-pc"  # the BIOS variant, whatever else is installed


def make_iso(image, scratch, command_line):
    tree, iso = os.path.join(scratch, "tree"), os.path.join(scratch, "image.iso")
    os.makedirs(os.path.join(tree, "boot/grub"))
    shutil.copyfile(image, os.path.join(tree, "boot/appliance"))
    with open(os.path.join(tree, "boot/grub/grub.cfg"), "w", encoding="ascii") as file:
        file.write(f"multiboot2 /boot/appliance {command_line}\nboot\n")
    subprocess.run(["grub-mkrescue", "-d", GRUB, "-o", iso, tree], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return iso


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("says")
    options = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory(prefix="wick-platforms-") as scratch:
        iso = make_iso(options.image, scratch, f"wick.exit_port={qemu.EXIT_PORT}")
        ways = {
            "microvm -kernel": qemu.command(options.image),
            "q35 -kernel": qemu.command(options.image, "q35"),
            "q35 from a GRUB ISO": qemu.command(None, "q35", extra=["-cdrom", iso, "-boot", "d"]),
            "microvm without an exit port": qemu.command(options.image, exit_port=False),
            "q35 without an exit port": qemu.command(options.image, "q35", exit_port=False),
        }
        for way, arguments in ways.items():
            result = qemu.run(arguments, 60)
            fine = options.says in result.text and result.code == 0
            bad += not fine
            print(f"{way}: exit code {result.code}, {result.seconds:.1f} s")
            if not fine:
                print(f"FAILED: {way} (QEMU's status {result.status})\n{result.text}")
    return 1 if bad else 0


sys.exit(main())
