# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What the boot stages say of a disk that isn't whole, and what they start all the same."""

import argparse
import os
import re
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402
from support.hosted import check, finish  # noqa: E402

SECTOR, TABLE = 512, 33  # sectors of a table of partitions


def slot_of(disk):
    """Where the slot begins: the third partition (UEFI 2.10, §5.3.3)."""
    return struct.unpack_from("<Q", disk, 2 * SECTOR + 2 * 128 + 32)[0] * SECTOR


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
    "no table at all": (tables, [NOTHING], ["http: "]),
}


def console(disk, extra, until, memory="48", seconds=60):
    arguments = ["-drive", f"if=none,id=d,format=raw,file={disk}", "-device", "virtio-blk-pci,drive=d,bootindex=0",
                 "-netdev", "user,id=n0", "-device", "virtio-net-pci,netdev=n0,romfile=", *extra]
    with qemu.Machine(qemu.command(None, "q35", memory, extra=arguments)) as machine:
        machine.wait_for(until, seconds)
        return machine.console()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wick", required=True)
    parser.add_argument("image")
    options = parser.parse_args()
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
