# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Volumes that lie on the appliance's own disk, as partitions, from each adapter: the image of tests/boot/volume does
there what it does on disks of its own, and nothing beside its volumes has changed afterwards."""

import argparse
import os
import struct
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402
from support.hosted import check, finish  # noqa: E402

MIB = 1 << 20
ADAPTERS = {"virtio": ["-device", "virtio-blk-pci,drive=d"], "NVMe": ["-device", "nvme,drive=d,serial=x"]}


def partitions(disk):
    """Name, first byte, end (UEFI 2.10, §5.3.3)."""
    for at in range(1024, 1024 + 128 * 128, 128):
        first, last = struct.unpack_from("<QQ", disk, at + 32)
        if first:
            yield disk[at + 56:at + 128].decode("utf-16-le").rstrip("\0"), first * 512, (last + 1) * 512


def pack(options, scratch, disk, *words):
    files = []
    for serial, size in (("data", 4 * MIB), ("other", MIB)):
        path = os.path.join(scratch, serial)
        with open(path, "wb") as file:
            file.truncate(size)
        files += ["--disk", f"{serial}={path}"]
    subprocess.run([options.wick, "pack", options.image, "-o", disk, "--append", f"wick.exit_port={qemu.EXIT_PORT}", *files, *words], check=True)


def outside(disk, volumes):
    content = bytearray(disk)
    for name, first, end in partitions(disk):
        if name in volumes:
            content[first:end] = bytes(end - first)
    return content


def run(disk, adapter):
    return qemu.run(qemu.command(None, "q35", 64, extra=["-drive", f"if=none,id=d,format=raw,file={disk}", *ADAPTERS[adapter]]), 90)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wick", required=True)
    parser.add_argument("--adapters", nargs="+", choices=ADAPTERS, required=True)
    parser.add_argument("image")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wick-pack-") as scratch:
        path = os.path.join(scratch, "disk")
        for adapter in options.adapters:
            pack(options, scratch, path)
            before = open(path, "rb").read()
            result = run(path, adapter)
            after = open(path, "rb").read()
            if not check(result.code == 0 and "SUCCESS" in result.text, f"volumes beside the appliance on {adapter}"):
                print(result.text)
            check(before != after and outside(before, ("data", "other")) == outside(after, ("data", "other")), "and nothing else was written")
        # A volume that lies over the slot, in tables whose checksums are right.
        if options.adapters[0] == "virtio":
            laid_over = bytearray(before)
            slot = next(first for name, first, _ in partitions(before) if name == "wick-a") // 512
            for header in (512, len(before) - 512):
                entries = struct.unpack_from("<Q", laid_over, header + 72)[0] * 512
                struct.pack_into("<QQ", laid_over, entries + 3 * 128 + 32, slot, slot + 8191)
                struct.pack_into("<I", laid_over, header + 88, zlib.crc32(laid_over[entries:entries + 128 * 128]))
                struct.pack_into("<I", laid_over, header + 16, 0)
                struct.pack_into("<I", laid_over, header + 16, zlib.crc32(laid_over[header:header + 92]))
            with open(path, "wb") as file:
                file.write(laid_over)
            result = run(path, "virtio")
            fine = "no disk" in result.text and result.code not in (None, 0) and open(path, "rb").read() == laid_over
            if not check(fine, "a volume over the slot is none, and nothing is written"):
                print(result.text)
        with open(path, "wb") as file:
            file.write(after)
        # A table whose entries are not what their checksum says names nothing.
        for table in (1024, len(after) - 33 * 512):
            with open(path, "r+b") as file:
                file.seek(table + 127 * 128)
                file.write(b"?")
        result = run(path, "virtio")
        said = "no disk" in result.text and result.code not in (None, 0)
        if options.adapters[0] == "virtio" and not check(said, "damaged tables name no volume"):
            print(result.text)
        large = subprocess.run([options.wick, "pack", options.image, "-o", path, "--disk", "nothing=" + path], capture_output=True, text=True)
        check(large.returncode != 0 and "nothing" in large.stderr, "a volume that the image doesn't know")
        data = "data=" + os.path.join(scratch, "data")
        for disks, said in (([data, data], 'Two disks are for the volume "data".'), ([data[5:]] * 9, "has no volume left for")):
            refused = subprocess.run([options.wick, "pack", options.image, "-o", path, *(word for disk in disks for word in ("--disk", disk))], capture_output=True, text=True)
            check(refused.returncode == 1 and said in refused.stderr, said)
        check(sorted(os.listdir(scratch)) == ["data", "disk", "other"], "no half-written file is left")
    finish()


main()
