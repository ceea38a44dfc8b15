# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""One image, the very same bytes, boots on microvm and q35 by -kernel and from a GRUB ISO on q35, under SeaBIOS and
under OVMF, says there what it is to say and powers the machine off: through the debug exit port with its code, and without that port by ACPI or the
reset that -no-reboot turns into an end."""

import argparse
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import iso, qemu  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("says")
    options = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory(prefix="wick-platforms-") as scratch:
        disc = iso.make(options.image, scratch, f"wick.exit_port={qemu.EXIT_PORT}")
        uefi = ["-cdrom", iso.make(options.image, scratch, "log.level=info", "uefi"), *qemu.uefi_arguments(scratch)]
        ways = {
            "microvm -kernel": qemu.command(options.image),
            "q35 -kernel": qemu.command(options.image, "q35"),
            "q35 from a GRUB ISO": qemu.command(None, "q35", extra=["-cdrom", disc, "-boot", "d"]),
            "q35 from a GRUB ISO under UEFI": qemu.command(None, "q35", extra=uefi, exit_port=False),
            "microvm without an exit port": qemu.command(options.image, exit_port=False),
            "q35 without an exit port": qemu.command(options.image, "q35", exit_port=False),
        }
        for way, arguments in ways.items():
            result = qemu.run(arguments, 120)
            fine = options.says in result.text and result.code == 0
            bad += not fine
            print(f"{way}: exit code {result.code}, {result.seconds:.1f} s")
            if not fine:
                print(f"FAILED: {way} (QEMU's status {result.status})\n{result.text}")
    return 1 if bad else 0


sys.exit(main())
