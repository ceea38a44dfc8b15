# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A disk that was packed with --sign starts what its key has signed and nothing else, whatever checksums say, and `wick verify`
is of the same opinion. signed.py --wick WICK --firmware bios|uefi IMAGE"""

import os
import re
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402
from support.hosted import check, finish  # noqa: E402
from support.packed import HEADER, console, parse, same_sum, slot_of, sum_up  # noqa: E402

BLOCK = b"log.level=warning\n"
ARGUMENTS, SIGNER, SIGNATURE = 512, 2560, 4032  # in the header of a slot (boot/payload/slot.h)
STARTED, NOTHING = "http: ", "wick: nothing on this disk can be started."
UNSIGNED, OTHER_KEY = "it is not signed.", "it is signed by another key."
HEADER_ALTERED, PAYLOAD_ALTERED = "its header is not the one that was signed.", "its payload is not the one that was signed."


def altered(offset, value):
    """Other bytes in the slot, with checksums that are right. Nobody can tell but by the signature."""
    def change(disk, _):
        at = slot_of(disk) + offset
        assert disk[at:at + len(value)] != value
        disk[at:at + len(value)] = value
        sum_up(disk)
    return change


def image(disk, _):
    same_sum(disk, slot_of(disk) + HEADER + 100_000)


def configuration(disk, _):
    same_sum(disk, disk.index(BLOCK, slot_of(disk) + HEADER))


def slot_from(name):
    """The slot of another disk of the same image, whole, behind this disk's stages."""
    def change(disk, others):
        at, other = slot_of(others[name]), others[name]
        length = HEADER + struct.unpack_from("<Q", other, at + 16)[0]
        disk[slot_of(disk):slot_of(disk) + length] = other[at:at + length]
    return change


def slot_in_my_name(disk, others):
    slot_from("other")(disk, others)
    altered(SIGNER, others["signer"])(disk, others)


# What is done to the disk, and what is said of it; None: it starts.
CASES = {
    "as it was signed": (lambda disk, _: None, None),
    "an altered image of the same checksum": (image, PAYLOAD_ALTERED),
    "an altered image and its checksum": (altered(HEADER + 100_000, b"\0\1\2\3"), HEADER_ALTERED),
    "an altered boot line": (altered(ARGUMENTS, b"wick.exit_port=0x500"), HEADER_ALTERED),
    "an altered configuration of the same checksum": (configuration, PAYLOAD_ALTERED),
    "an altered signature": (altered(SIGNATURE, b"\0\1\2\3"), HEADER_ALTERED),
    "a signature of zeros": (altered(SIGNATURE, bytes(64)), HEADER_ALTERED),
    "another key's slot": (slot_from("other"), OTHER_KEY),
    "another key's slot in this one's name": (slot_in_my_name, HEADER_ALTERED),
    "an unsigned slot": (slot_from("unsigned"), UNSIGNED),
}


def main():
    options = parse("bios", "uefi")
    wick, image, uefi = options.wick, options.image, options.firmware == "uefi"
    with tempfile.TemporaryDirectory(prefix="wick-pack-") as scratch:
        os.chdir(scratch)
        with open("block", "wb") as file:
            file.write(BLOCK)
        for name in ("mine", "theirs"):
            subprocess.run([wick, "keygen", name], check=True)
        pack = [wick, "pack", image, "--config", "block"]
        others = {}
        for name, sign in (("whole", ["--sign", "mine.key"]), ("again", ["--sign", "mine.key"]), ("other", ["--sign", "theirs.key"]), ("unsigned", [])):
            subprocess.run(pack + sign + ["-o", name], check=True)
            with open(name, "rb") as file:
                others[name] = file.read()
        check(others["whole"] == others["again"], "the same bytes twice")
        at = slot_of(others["whole"]) + SIGNER
        others["signer"] = others["whole"][at:at + 32]
        for name, (change, wrong) in CASES.items():
            disk = bytearray(others["whole"])
            change(disk, others)
            with open("disk", "wb") as file:
                file.write(disk)
            said = NOTHING if wrong else STARTED
            text = console("disk", qemu.uefi_arguments(scratch) if uefi else [], re.escape(said), "160" if uefi else "48", 90)
            fine = said in text and (not wrong or STARTED not in text and f"wick: slot A can't be started: {wrong}" in text)
            if not check(fine, f"{name}, under {options.firmware}: {wrong or 'it starts'}"):
                print(text)
            verified = subprocess.run([wick, "verify", "mine.pub", "disk"], capture_output=True, text=True)
            fine = verified.returncode == 1 and verified.stderr.rstrip().endswith(wrong) if wrong else verified.returncode == 0
            if not check(fine, f"{name}: wick verify agrees"):
                print(verified.stdout, verified.stderr)
    finish()


main()
