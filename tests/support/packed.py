# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Disks of `wick pack`: where their slot is, checksums that fit whatever it says, and what a machine says that starts from one."""

import argparse
import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import http  # noqa: E402
import qemu  # noqa: E402
from packets import crc32c  # noqa: E402

SECTOR = 512
HEADER = 4096  # of a slot (boot/payload/slot.h)

# What a disk is behind, by whose firmware a machine starts.
ADAPTERS = {
    "virtio": ["-device", "virtio-blk-pci,drive=d,bootindex=0"],
    "AHCI": ["-device", "ide-hd,drive=d,bootindex=0"],
    "NVMe": ["-device", "nvme,drive=d,serial=x,bootindex=0"],
    "virtio-scsi": ["-device", "virtio-scsi-pci", "-device", "scsi-hd,drive=d,bootindex=0"],
}
# Of those that only an ISO is for.
STICK_AND_CD = {
    "a stick": ["-device", "qemu-xhci", "-device", "usb-storage,drive=d,bootindex=0"],
    "a CD": ["-device", "ide-cd,drive=d,bootindex=0"],
}


def parse(*firmware):
    """What tests of disks are called with, paths absolute: they work in a folder of their own.
    @param firmware among which --firmware chooses; none: that isn't asked"""
    parser = argparse.ArgumentParser()
    parser.add_argument("--wick", required=True)
    if firmware:
        parser.add_argument("--firmware", choices=firmware, required=True)
    parser.add_argument("image")
    options = parser.parse_args()
    options.wick, options.image = os.path.abspath(options.wick), os.path.abspath(options.image)
    return options


def slot_of(disk, number=2):
    """Where the slot begins: the third partition, and of two slots the fourth (UEFI 2.10, §5.3.3)."""
    return struct.unpack_from("<Q", disk, 2 * SECTOR + number * 128 + 32)[0] * SECTOR


def partition(disk, wanted):
    """First byte and end of the partition of that name."""
    for at in range(2 * SECTOR, 2 * SECTOR + 128 * 128, 128):
        if disk[at + 56:at + 128].decode("utf-16-le").rstrip("\0") == wanted:
            first, last = struct.unpack_from("<QQ", disk, at + 32)
            return first * SECTOR, (last + 1) * SECTOR
    raise KeyError(wanted)


def sum_up(disk):
    """Checksums that fit whatever the slot says (boot/payload/slot.h)."""
    at = slot_of(disk)
    length = struct.unpack_from("<Q", disk, at + 16)[0]
    struct.pack_into("<I", disk, at + 12, crc32c(disk[at + HEADER:at + HEADER + length]))
    struct.pack_into("<I", disk, at + 508, 0)
    struct.pack_into("<I", disk, at + 508, crc32c(disk[at:at + HEADER]))


def same_sum(disk, at):
    """Another payload whose CRC-32C is the same: the polynomial itself, in the order of its bits, is 0 to the sum."""
    polynomial = (0x82F63B78 << 1 | 1).to_bytes(5, "little")
    for i, byte in enumerate(polynomial):
        disk[at + i] ^= byte
    before = bytes(disk[slot_of(disk):slot_of(disk) + HEADER])
    sum_up(disk)
    assert disk[slot_of(disk):slot_of(disk) + HEADER] == before


def drive(disk, adapter, form="raw"):
    return ["-drive", f"if=none,id=d,format={form},file={disk}" + (",media=cdrom" if adapter == "a CD" else ""), *(ADAPTERS | STICK_AND_CD)[adapter]]


def console(disk, extra, until, memory="48", seconds=60, machine="q35", adapter="virtio"):
    arguments = [*drive(disk, adapter), "-netdev", "user,id=n0", "-device", "virtio-net-pci,netdev=n0,romfile=", *extra]
    with qemu.Machine(qemu.command(None, machine, memory, extra=arguments)) as machine:
        machine.wait_for(until, seconds)
        return machine.console()


def disk_arguments(disk, read_only=False):
    return ["-drive", f"if=none,id=d,format=raw,file={disk}" + (",readonly=on" if read_only else ""), "-device", "virtio-blk-pci,drive=d,bootindex=0"]


def start(disk, extra=(), memory="64", seconds=120, read_only=False):
    """A start to its end. @return what the console said"""
    return qemu.run(qemu.command(None, "q35", memory, extra=disk_arguments(disk, read_only) + list(extra)), seconds).text


def serves(disk, adapter, uefi, scratch, form="raw", memory=""):
    """Whether a machine starts the HTTP server from that disk and gets its page. @param form as QEMU calls it
    @param memory of the machine; none: enough for its firmware"""
    port = http.free_port()
    extra = [*drive(disk, adapter, form), "-netdev", f"user,id=n0,hostfwd=tcp:127.0.0.1:{port}-:80", "-device", "virtio-net-pci,netdev=n0,romfile="]
    if uefi:
        extra += qemu.uefi_arguments(scratch)
    with qemu.Machine(qemu.command(None, "q35", memory or ("160" if uefi else "48"), extra=extra)) as machine:
        page = http.get(port, seconds=90)
        if not page or "<title>Wick</title>" not in page:
            print(machine.console())
            return False
    return True
