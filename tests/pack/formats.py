# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Each format of `wick pack --all` starts: QEMU's own readers boot the disk in it, and the page is served. formats.py --wick WICK IMAGE"""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support.hosted import check, finish  # noqa: E402
from support.packed import parse, serves  # noqa: E402

# What `wick pack` calls it, the file, what QEMU calls what is in it, behind what it stands there where it is for.
DISKS = [
    ("qcow2", "http.qcow2", "qcow2", "virtio"),
    ("vhd", "http.vhd", "vpc", "virtio-scsi"),
    ("vhdx", "http.vhdx", "vhdx", "virtio-scsi"),
    ("vmdk", "http.vmdk", "vmdk", "AHCI"),
    ("ova", "http-disk1.vmdk", "vmdk", "virtio"),
    ("gce", "disk.raw", "raw", "virtio-scsi"),
    ("ami", "http.ami", "raw", "NVMe"),
]
BY_UEFI = "vhdx"  # Hyper-V's second generation has no other firmware


def main():
    options = parse()
    with tempfile.TemporaryDirectory(prefix="wick-pack-") as scratch:
        os.chdir(scratch)
        subprocess.run([options.wick, "pack", options.image, "--all"], check=True)
        for archive in ("http.ova", "http.tar.gz"):
            subprocess.run(["tar", "-xf", archive], check=True)
        for name, file, form, adapter in DISKS:
            check(serves(file, adapter, False, scratch, form), f"{name} as {form} starts from {adapter}")
            if name == BY_UEFI:
                check(serves(file, adapter, True, scratch, form), "and under UEFI")
        os.chdir("/")
    finish()


main()
