# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What of Wick's runs between a firmware's hand-over and main() of apps/http, on a disk of `wick pack` with one slot and with two: the
instructions of stage, hv and libos, not those of the firmware that they call. A string instruction is one, however often it repeats."""

import os
import struct
import subprocess
import tempfile
import time

import guest
from guest import Unavailable, built, symbols
from row import Row
from support import qemu
from support.packed import drive

COUNTS = struct.Struct("<4Q")
BIOS_STAGES = "stage=7c00:0:18400:00"  # from the boot sector to the end of what stage.ld allows
IMAGE = "image=100000:400000"          # from 1 MiB on, below what is the firmware's own
ENTRY_BYTES = 24                       # by which the stage for UEFI is known, wherever it is put
SECONDS = 240


def uefi_stage():
    """The plugin's word for it, by the headers of its file (Microsoft PE and COFF, "Optional Header")."""
    with open(os.path.join(guest.ROOT, "build/host/boot/uefi.efi"), "rb") as file:
        data = file.read()
    header = struct.unpack_from("<I", data, 0x3c)[0]
    sections, optional = struct.unpack_from("<H", data, header + 6)[0], struct.unpack_from("<H", data, header + 20)[0]
    entry, size = (struct.unpack_from("<I", data, header + 24 + at)[0] for at in (16, 56))
    for number in range(sections):
        address, length, place = struct.unpack_from("<III", data, header + 24 + optional + 40 * number + 12)
        if entry - address in range(length):
            at = place + entry - address
            return f"stage=0:{entry:x}:{size:x}:{data[at:at + ENTRY_BYTES].hex()}"
    raise Unavailable("the stage for UEFI has no entry")


def of_ours(disk, debug, firmware, scratch):
    """@return instructions until main, and repetitions of those among them that repeat"""
    plugin = built("ours.c", "ours.so", "clang-19", "-O2", "-fPIC", "-shared", "{source}", "-o", "{target}")
    counts = os.path.join(scratch, "counts")
    with open(counts, "wb") as file:  # nothing of an earlier run
        file.truncate(COUNTS.size)
    stage = uefi_stage() if firmware == "uefi" else BIOS_STAGES
    extra = [*drive(disk, "virtio"), "-netdev", "user,id=n0", "-device", "virtio-net-pci,netdev=n0,romfile=", "-plugin",
             f"file={plugin},ours={counts},main={symbols(debug)['main']:x},{IMAGE},{stage}"]
    if firmware == "uefi":
        extra += qemu.uefi_arguments(scratch)
    with qemu.Machine(qemu.command(None, "q35", 160, extra=extra)) as machine:
        limit = time.monotonic() + SECONDS
        while time.monotonic() < limit and machine.process.poll() is None:
            time.sleep(0.1)
            with open(counts, "rb") as file:
                head = file.read(COUNTS.size)
            if len(head) == COUNTS.size and COUNTS.unpack(head)[2]:
                return COUNTS.unpack(head)[2:]
    raise Unavailable(f"{disk} does not reach main under {firmware}")


def stages(context):
    rows = []
    slots = context.with_slots()
    with tempfile.TemporaryDirectory(prefix="wick-bench-") as scratch:
        for kind, image, debug, words in (("one slot", context.image("http"), context.debug("http"), []), ("two slots", slots["image"], slots["debug"], ["--slots", "2"])):
            disk = os.path.join(scratch, "disk")
            subprocess.run([os.path.join(guest.ROOT, "wick"), "pack", image, "-o", disk, *words], check=True, stderr=subprocess.DEVNULL)
            for firmware, name in (("bios", "SeaBIOS"), ("uefi", "OVMF")):
                # Of three the least: with two slots a driver waits for its disk in a loop, as long as the emulator lets it.
                instructions, repeated = min(of_ours(disk, debug, firmware, scratch) for _ in range(3))
                rows.append(Row(f"http: {name}'s hand-over to main, {kind}, instructions of ours", instructions, 40_000))
                context.note(f"{name}, {kind}: {instructions:,} instructions, and {repeated:,} words and bytes by string instructions; an image of {os.path.getsize(image):,} bytes")
    return rows
