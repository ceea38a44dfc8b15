# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A disk that `wick pack` made is all that a machine needs: firmware starts it from each kind of adapter, and it serves
HTTP. It is the same disk each time that it is made, and no larger than it has to be."""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support.hosted import check, finish  # noqa: E402
from support.packed import ADAPTERS, parse, serves  # noqa: E402

def main():
    options = parse("bios", "uefi")
    uefi = options.firmware == "uefi"
    with tempfile.TemporaryDirectory(prefix="wick-pack-") as scratch:
        disks = [os.path.join(scratch, name) for name in ("one", "two")]
        for disk in disks:
            subprocess.run([options.wick, "pack", options.image, "--format", "raw", "-o", disk], check=True)
        contents = [open(disk, "rb").read() for disk in disks]
        check(contents[0] == contents[1], "the same bytes twice")
        check(len(contents[0]) - os.path.getsize(options.image) <= 1 << 20, "at most 1 MiB besides the image")
        # Firmware alone takes long: with UEFI two adapters stand for all of them.
        for adapter in ("virtio", "NVMe") if uefi else ADAPTERS:
            check(serves(disks[0], adapter, uefi, scratch), f"{options.firmware} starts it from {adapter}")
        check(serves(disks[0], "virtio", uefi, scratch, memory="5G"), f"{options.firmware} starts it with 5 GiB of memory")
    finish()


main()
