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


def same_sum(disk, at):
    """Another payload whose CRC-32C is the same: the polynomial itself, in the order of its bits, is 0 to the sum."""
    polynomial = (0x82F63B78 << 1 | 1).to_bytes(5, "little")
    for i, byte in enumerate(polynomial):
        disk[at + i] ^= byte
    before = bytes(disk[slot_of(disk):slot_of(disk) + HEADER])
    sum_up(disk)
    assert disk[slot_of(disk):slot_of(disk) + HEADER] == before


def console(disk, extra, until, memory="48", seconds=60, machine="q35"):
    arguments = ["-drive", f"if=none,id=d,format=raw,file={disk}", "-device", "virtio-blk-pci,drive=d,bootindex=0",
                 "-netdev", "user,id=n0", "-device", "virtio-net-pci,netdev=n0,romfile=", *extra]
    with qemu.Machine(qemu.command(None, machine, memory, extra=arguments)) as machine:
        machine.wait_for(until, seconds)
        return machine.console()
