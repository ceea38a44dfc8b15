# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What a machine does from power-on until hello's main: firmware, boot loader and hv, all instructions of them, from a disk
of `wick pack`, unsigned and signed, and from GRUB's, all as virtio disks."""

import os
import shutil
import struct
import subprocess
import tempfile

import guest
from guest import Counts, Unavailable
from row import Row
from support import iso, qemu
from support.packed import SECTOR


def power_on(disk, debug, firmware, scratch):
    """@return instructions until hv is entered, and until main"""
    counts = Counts(debug)
    extra = ["-drive", f"if=none,id=d,format=raw,file={disk}", "-device", "virtio-blk-pci,drive=d,bootindex=0", *counts.arguments]
    if firmware == "uefi":
        extra += qemu.uefi_arguments(scratch)
    result = qemu.run(qemu.command(None, "q35", 160, extra=extra), 120)
    if result.timed_out or not counts.mark("main"):
        raise Unavailable(f"hello does not start from {disk}")
    return counts.mark("main")


def firmware_alone(disk, scratch):
    """@return instructions of OVMF until it starts the loader, on a disk whose loader ends the machine"""
    loader = guest.built("empty_loader.c", "empty_loader.efi", "clang-19", "--target=x86_64-unknown-windows", "-ffreestanding", "-mno-red-zone", "-nostdlib", "-fuse-ld=lld",
                         "-Wl,-entry:efi_main,-subsystem:efi_application", "{source}", "-o", "{target}")
    copy = os.path.join(scratch, "empty")
    shutil.copyfile(disk, copy)
    with open(disk, "rb") as file:
        partition = struct.unpack_from("<Q", file.read(2 * SECTOR + 2 * 128), 2 * SECTOR + 128 + 32)[0] * SECTOR
    subprocess.run(["mcopy", "-o", "-i", f"{copy}@@{partition}", loader, "::/EFI/BOOT/BOOTX64.EFI"], check=True)
    counts = Counts()
    extra = ["-drive", f"if=none,id=d,format=raw,file={copy}", "-device", "virtio-blk-pci,drive=d,bootindex=0", *counts.arguments, *qemu.uefi_arguments(scratch)]
    if qemu.run(qemu.command(None, "q35", 160, extra=extra), 120).timed_out:
        raise Unavailable("OVMF does not start an empty loader")
    return counts.instructions()


def disks(context):
    image, debug = context.image("hello"), context.debug("hello")
    words = f"wick.exit_port={qemu.EXIT_PORT}"
    rows = []
    with tempfile.TemporaryDirectory(prefix="wick-bench-") as scratch:
        wick, packed, signed, key = os.path.join(guest.ROOT, "wick"), *(os.path.join(scratch, name) for name in ("packed", "signed", "key"))
        pack = [wick, "pack", image, "--append", words]
        for line in ([wick, "keygen", key], [*pack, "-o", packed], [*pack, "-o", signed, "--sign", key + ".key"]):
            subprocess.run(line, check=True, stderr=subprocess.DEVNULL)
        for firmware, name, target in (("bios", "SeaBIOS", 0.5), ("uefi", "OVMF", 0.8)):
            ours = power_on(packed, debug, firmware, scratch)
            grub = power_on(iso.make(image, scratch, words, firmware), debug, firmware, scratch)
            rows.append(Row(f"hello: power-on to main from its own disk over GRUB's, {name}, instructions", round(ours / grub, 3), target, "x"))
            if firmware == "uefi":
                alone = firmware_alone(packed, scratch)
                rows.append(Row("OVMF: power-on to a loader that does nothing over the same of GRUB's, instructions", round(alone / grub, 3), unit="x"))
                context.note(f"OVMF alone: {alone:,} instructions until it starts a loader")
            with_signature = power_on(signed, debug, firmware, scratch)
            rows.append(Row(f"hello: the same from a signed disk over its own unsigned, {name}, instructions", round(with_signature / ours, 3), 2.0, "x"))
            context.note(f"{name}: {ours:,} and {grub:,} instructions; {with_signature:,} from a signed disk")
    return rows
