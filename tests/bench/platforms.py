# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The same image by the devices of several platforms, on one machine: what a request costs by each network, and how fast each
disk is read."""

import os
import re
import tempfile

from functions import MODERN
from guest import Counts, Load, Unavailable, server
from row import Row
from support import qemu

# Name, QEMU's model, and how many times the instructions by virtio of today it may take.
OTHERS = [("legacy virtio", "virtio-net-pci,disable-modern=on,disable-legacy=off", 1.1),
          ("packed rings", MODERN + ",packed=on", 0.97), ("vmxnet3", "vmxnet3", 1.25)]
# Name, and QEMU's device behind which the disk is. The first is what the others are held against.
DISKS = {"virtio-blk": [], "legacy virtio-blk": [], "virtio-scsi": ["virtio-scsi-pci-non-transitional"], "PVSCSI": ["pvscsi"]}
DISK_MODELS = {"virtio-blk": "virtio-blk-pci-non-transitional", "legacy virtio-blk": "virtio-blk-pci,disable-modern=on,disable-legacy=off"}
LOADS = {"sequential": "a disk in sequence", "random": "4 KiB anywhere on a disk"}


def cost(context, model):
    """Instructions a request, keep-alive, at 16 connections."""
    counts = Counts()
    with server(context.image("http"), context.tap, extra=counts.arguments, pci=model):
        Load(16, 1)
        before = counts.instructions()
        load = Load(16, context.seconds)
        return (counts.instructions() - before) / load.requests


def networks(context):
    usual = cost(context, MODERN)
    context.note(f"virtio-pci: {round(usual)} instructions a request at 16 connections")
    return [Row(f"http: instructions a request on {name}, over virtio-pci", round(cost(context, model) / usual, 3), most, "x")
            for name, model, most in OTHERS]


def read_disk(image, name, disk, sizes):
    """@return nanoseconds of each load"""
    words = [word for adapter in DISKS[name] for word in ("-device", adapter)]
    words += ["-drive", f"if=none,id=d0,format=raw,file={disk}", "-device", f"{DISK_MODELS.get(name, 'scsi-hd')},drive=d0,serial=data"]
    done = qemu.run(qemu.command(image, "q35", append=f"arg={sizes[0]} arg={sizes[1]}", extra=words), 120)
    found = {load: int(count) for load, count in re.findall(r"^(\w+) (\d+)\r?$", done.text, re.M)}
    if done.code or set(found) != set(LOADS):
        raise Unavailable(f"{name} can't be read: " + (done.text.strip().splitlines() or ["nothing was said"])[-1])
    return found


def disks(context):
    image, sizes, rounds = context.probe("disk-load"), (64, 4000), 5 if context.seconds < 5 else 15
    times = {name: {load: [] for load in LOADS} for name in DISKS}
    with tempfile.TemporaryDirectory() as folder:
        disk = os.path.join(folder, "disk.img")
        with open(disk, "wb") as file:
            file.write(os.urandom(1 << 20) * sizes[0])
        for turn in range(rounds):
            for name in list(DISKS)[::1 if turn % 2 else -1]:
                for load, count in read_disk(image, name, disk, sizes).items():
                    times[name][load].append(count)
    # The shortest of all runs: whatever else the machine does only makes one longer, and it does so by a multiple.
    usual, *others = ({load: min(counts) for load, counts in times[name].items()} for name in DISKS)
    context.note(f"virtio-blk: {round(sizes[0] * 1e9 / usual['sequential'])} MiB/s in sequence, {round(sizes[1] * 1e9 / usual['random'])} blocks of 4 KiB a second")
    return [Row(f"reading {what}: {name} over virtio-blk, both on virtual PCI", round(usual[load] / slow[load], 2), 0.8, "x", most=False)
            for name, slow in zip(list(DISKS)[1:], others) for load, what in LOADS.items()]
