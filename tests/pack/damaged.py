# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What the boot stages say of a disk that isn't whole, and what they start all the same."""

import os
import re
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402
from support.hosted import check, finish  # noqa: E402
from support.packed import SECTOR, console, parse, slot_of, sum_up  # noqa: E402

TABLE = 33  # sectors of a table of partitions


def payload(disk):
    disk[slot_of(disk) + 4096 + 100_000] ^= 1


def header(disk):
    disk[slot_of(disk) + 600] ^= 1


def empty(disk):
    disk[slot_of(disk)] = 0


def first_table(disk):
    disk[SECTOR:SECTOR * (TABLE + 1)] = bytes(SECTOR * TABLE)


def first_entries(disk):
    disk[2 * SECTOR:SECTOR * (TABLE + 1)] = bytes(SECTOR * (TABLE - 1))


def liar(offset, value, size="Q"):
    """A slot with one field that lies, of its header or of the ELF file 4096 bytes behind its start."""
    def damage(disk):
        struct.pack_into("<" + size, disk, slot_of(disk) + offset, value)
        sum_up(disk)
    return damage


def two_slots(disk):
    """A whole slot behind one that is damaged. The second table is left where it was: nobody asks for it."""
    entry = 2 * SECTOR + 2 * 128
    first, last = struct.unpack_from("<QQ", disk, entry + 32)
    disk[entry + 128:entry + 256] = disk[entry:entry + 128]
    struct.pack_into("<QQ", disk, entry + 128 + 32, len(disk) // SECTOR, len(disk) // SECTOR + last - first)
    disk += disk[first * SECTOR:(last + 1) * SECTOR]
    payload(disk)


def beyond(disk):
    struct.pack_into("<QQ", disk, 2 * SECTOR + 2 * 128 + 32, 1 << 40, (1 << 40) + 4096)


def tables(disk):
    first_table(disk)
    disk[-SECTOR] ^= 1


NOTHING = "wick: nothing on this disk can be started."
CASES = {
    "a whole disk": (lambda disk: None, ["http: "], [NOTHING]),
    "an altered payload": (payload, ["slot A can't be started: its payload does not have its checksum.", NOTHING], ["http: "]),
    "an altered header": (header, ["slot A can't be started: its header does not have its checksum.", NOTHING], ["http: "]),
    "an empty slot": (empty, [NOTHING], ["http: ", "slot A"]),
    "no first table": (first_table, ["http: "], [NOTHING]),
    "no entries in the first table": (first_entries, ["http: "], [NOTHING]),
    "memory that ends below the loader": (liar(32, 1), ["slot A can't be started: its header makes no sense.", NOTHING], ["http: "]),
    "memory beyond 1 GiB": (liar(32, (1 << 30) + 1), ["slot A can't be started: its header makes no sense.", NOTHING], ["http: "]),
    "memory that ends within a segment": (liar(32, 0x101000), ["slot A can't be started: a segment of its payload lies outside", NOTHING], ["http: "]),
    "a block before the payload": (liar(24, 0), ["slot A can't be started: its header makes no sense.", NOTHING], ["http: "]),
    "a payload larger than its slot": (liar(16, 1 << 40), ["slot A can't be started: its header makes no sense.", NOTHING], ["http: "]),
    "an entry below the payload": (liar(4096 + 24, 0x9000), ["slot A can't be started: its payload begins at a place where nothing of it lies.", NOTHING], ["http: "]),
    "no segments": (liar(4096 + 56, 0, "H"), ["slot A can't be started: its payload begins at a place where nothing of it lies.", NOTHING], ["http: "]),
    "a slot beyond the disk": (beyond, ["slot A can't be started: the disk can't be read.", NOTHING], ["http: "]),
    "a damaged slot before a whole one": (two_slots, ["slot A can't be started: its payload does not have its checksum.", "http: "], [NOTHING]),
    "no table at all": (tables, [NOTHING], ["http: "]),
}


def main():
    options = parse()
    with tempfile.TemporaryDirectory(prefix="wick-pack-") as scratch:
        whole = os.path.join(scratch, "whole")
        subprocess.run([options.wick, "pack", options.image, "-o", whole], check=True)
        content = open(whole, "rb").read()
        path = os.path.join(scratch, "disk")
        for name, (damage, said, unsaid) in CASES.items():
            disk = bytearray(content)
            damage(disk)
            with open(path, "wb") as file:
                file.write(disk)
            text = console(path, [], re.escape(said[-1]))
            fine = all(words in text for words in said) and not any(words in text for words in unsaid)
            check(fine, f"{name}: {said[0]}")
            if not fine:
                print(text)
            # What firmware of the other kind says of the two that matter most.
            if name in ("an altered payload", "no first table"):
                text = console(path, qemu.uefi_arguments(scratch), re.escape(said[-1]), "160", 90)
                check(all(words in text for words in said), f"{name}, under UEFI")
        text = console(whole, [], "too little memory", "2")
        check("slot A can't be started: this machine has too little memory where it belongs." in text, "a machine of 2 MiB")
        small = subprocess.run([options.wick, "pack", options.image, "-o", "/dev/full/disk"], capture_output=True, text=True)
        check(small.returncode != 0 and len(small.stderr.strip().splitlines()) <= 2, "a place that can't be written")
    finish()


main()
