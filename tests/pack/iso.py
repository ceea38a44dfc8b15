# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""`wick pack --format iso`: firmware starts it from a CD and from a stick, xorriso and isoinfo read it, its files are the partitions of the
disk. iso.py --wick WICK --firmware bios|uefi IMAGE"""

import os
import re
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support.hosted import check, finish  # noqa: E402
from support.packed import SECTOR, STICK_AND_CD, console, parse, serves, slot_of  # noqa: E402

BLOCK = 2048
SYSTEM_AREA, FIRST_PARTITION = 32 << 10, 48 << 10


def content(path):
    with open(path, "rb") as file:
        return file.read()


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, timeout=60).stdout


def partitions(disk):
    """Of the three that each disk has, the content."""
    for at in range(2 * SECTOR, 2 * SECTOR + 3 * 128, 128):
        first, last = struct.unpack_from("<QQ", disk, at + 32)
        yield disk[first * SECTOR:(last + 1) * SECTOR]


def read():
    """By those who know CDs."""
    disk, iso = content("disk"), content("one")
    check(iso == content("two"), "the same bytes twice")
    check(len(iso) == len(disk) and iso[:SYSTEM_AREA] == disk[:SYSTEM_AREA] and iso[FIRST_PARTITION:] == disk[FIRST_PARTITION:], "but for the volume's own blocks it is the raw disk")
    check(not any(disk[SYSTEM_AREA:FIRST_PARTITION]), "which has nothing there")
    said = subprocess.run(["xorriso", "-indev", "stdio:one", "-report_el_torito", "plain", "-report_system_area", "plain"], capture_output=True, text=True, timeout=60)
    entries = re.findall(r"^El Torito boot img :\s+\d+\s+(\S+)\s+y\s+none\s+0x0000\s+0x00\s+(\d+)\s+(\d+)$", said.stdout, re.M)
    check(said.returncode == 0 and [(platform, int(sectors)) for platform, sectors, _ in entries] == [("BIOS", BLOCK // SECTOR), ("UEFI", 128)],
          f"xorriso finds what a BIOS and UEFI load: {entries}")
    check("GPT partname local :   3  wick-a" in said.stdout and "protective-msdos-label" in said.stdout, "and the table of a disk")
    listed = run("isoinfo", "-f", "-i", "one").decode().split()
    check(listed == ["/WICK_A.IMG;1", "/WICK_BIOS.IMG;1", "/WICK_UEFI.IMG;1"], f"isoinfo lists {listed}")
    files = [run("isoinfo", "-x", name, "-i", "one") for name in (listed[1], listed[2], listed[0])]
    check(files == list(partitions(disk)), "the files are the partitions")


def damaged():
    """A CD says what a disk says."""
    iso = bytearray(content("one"))
    iso[slot_of(iso) + 4096 + 100_000] ^= 1
    with open("damaged", "wb") as file:
        file.write(iso)
    said = "slot A can't be started: its payload does not have its checksum."
    check(said in console("damaged", [], "nothing on this disk", adapter="a CD"), "a damaged CD: " + said)


def main():
    options = parse("bios", "uefi")
    uefi = options.firmware == "uefi"
    with tempfile.TemporaryDirectory(prefix="wick-pack-") as scratch:
        os.chdir(scratch)
        for form, to in (("raw", "disk"), ("iso", "one"), ("iso", "two")):
            subprocess.run([options.wick, "pack", options.image, "--format", form, "-o", to], check=True)
        if not uefi:
            read()
            damaged()
        for adapter in STICK_AND_CD:
            check(serves("one", adapter, uefi, scratch), f"{options.firmware} starts it from {adapter}")
        subprocess.run([options.wick, "keygen", "mine"], check=True)
        subprocess.run([options.wick, "pack", options.image, "--format", "iso", "--sign", "mine.key", "-o", "signed"], check=True)
        check(serves("signed", "a CD", uefi, scratch), "and a signed one")
        os.chdir("/")
    finish()


main()
