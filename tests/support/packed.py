# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Disks of `wick pack`: where their slot is, checksums that fit whatever it says, and what a machine says that starts from one."""

import os
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import qemu  # noqa: E402

SECTOR = 512
HEADER = 4096  # of a slot (boot/payload/slot.h)


def slot_of(disk):
    """Where the slot begins: the third partition (UEFI 2.10, §5.3.3)."""
    return struct.unpack_from("<Q", disk, 2 * SECTOR + 2 * 128 + 32)[0] * SECTOR


def crc32c(content):
    """RFC 3720, B.4, bit by bit but for a table of bytes."""
    remainders = []
    for remainder in range(256):
        for _ in range(8):
            remainder = remainder >> 1 ^ (0x82F63B78 if remainder & 1 else 0)
        remainders.append(remainder)
    crc = 0xFFFFFFFF
    for byte in content:
        crc = crc >> 8 ^ remainders[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def sum_up(disk):
    """Checksums that fit whatever the slot says (boot/payload/slot.h)."""
    at = slot_of(disk)
    length = struct.unpack_from("<Q", disk, at + 16)[0]
    struct.pack_into("<I", disk, at + 12, crc32c(disk[at + HEADER:at + HEADER + length]))
    struct.pack_into("<I", disk, at + 508, 0)
    struct.pack_into("<I", disk, at + 508, crc32c(disk[at:at + HEADER]))


def console(disk, extra, until, memory="48", seconds=60):
    arguments = ["-drive", f"if=none,id=d,format=raw,file={disk}", "-device", "virtio-blk-pci,drive=d,bootindex=0",
                 "-netdev", "user,id=n0", "-device", "virtio-net-pci,netdev=n0,romfile=", *extra]
    with qemu.Machine(qemu.command(None, "q35", memory, extra=arguments)) as machine:
        machine.wait_for(until, seconds)
        return machine.console()
