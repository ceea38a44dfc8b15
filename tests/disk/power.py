# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Cuts of the power under a booted image. test-power changes a volume with files on a disk of recording_disk.py's, which writes
down each write and flush in its order; power_check.cpp then builds, for each of many cuts, what such a disk may hold, mounts it
and compares. `none` is virtio behind the wall none, `ring` and `nvme` are virtio and NVMe that hv drives."""

import argparse
import glob
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, qemu, recording_disk as recording  # noqa: E402
from support.hosted import check  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
MACHINES = {"none": "microvm", "ring": "microvm", "nvme": "q35"}


def build_check(folder):
    program = os.path.join(folder, "power_check")
    sources = [os.path.join(ROOT, "tests/disk/power_check.cpp"), *glob.glob(f"{ROOT}/wickfs/*.cpp"), *glob.glob(f"{ROOT}/wickfs/check/*.cpp")]
    subprocess.run(["clang++-19", "-std=c++23", "-O1", f"-I{ROOT}", f"-I{ROOT}/hv", *sources, "-o", program],
                   check=True)
    return program


def disk_arguments(path, kind):
    words = []
    for name in ("data", "told"):
        words += ["-blockdev", f"driver=nbd,node-name={name},server.type=unix,server.path={path},export={name}"]
        bus = qemu.BUS[MACHINES[kind]]
        words += ["-device", f"nvme,drive={name},serial={name}" if kind == "nvme" and name == "data" else
                  f"virtio-blk-{bus},drive={name},serial={name}"]
    return words


def record(options, kind, folder):
    """Runs the guest to its end. @return arguments for power_check, None when the guest has failed"""
    base, events, socket = (os.path.join(folder, f"{kind}.{what}") for what in ("base", "events", "socket"))
    subprocess.run([options.wick, "volume", "create", base, "--size", "24M"], check=True)
    with open(base, "rb") as file:
        disks = {"data": recording.Disk(file.read()), "told": recording.Disk(bytes(1 << 20))}
    with recording.Server(socket, disks, "data", options.seed) as server:
        append = f"arg={options.seed} arg={options.changes}"
        image = options.none if kind == "none" else options.ring
        result = qemu.run(qemu.command(image, MACHINES[kind], append=append, extra=disk_arguments(socket, kind)), options.seconds)
        server.save(events)
    fine = check(result.code == 0 and "SUCCESS" in result.text,
                 f"{kind}: {options.changes} changes, {server.count - server.flushes} writes and {server.flushes} flushes, "
                 f"{server.promised} changes promised, {result.seconds:.0f} s")
    if not fine:
        print(result.text)
    # At its orderly end everything is durable, and the tool reads it.
    with open(os.path.join(folder, f"{kind}.end"), "wb") as file:
        file.write(disks["data"].content)
    looked = subprocess.run([options.wick, "volume", "check", file.name], capture_output=True, text=True, timeout=60)
    check(looked.returncode == 0 and "all is well" in looked.stdout, f"{kind}: {looked.stdout.strip()}{looked.stderr.strip()}")
    return [base, events, str(options.seed), str(options.changes)] if fine else None


def main():
    parser = argparse.ArgumentParser()
    for name in ("--wick", "--none", "--ring"):
        parser.add_argument(name)
    parser.add_argument("--cuts", type=int, default=100, help="of each machine")
    parser.add_argument("--changes", type=int, default=500, help="that the guest makes")
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=400, help="that a guest may take")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wick-power-") as folder:
        program = build_check(folder)
        for kind in MACHINES:
            recorded = record(options, kind, folder)
            if not recorded:
                continue
            done = subprocess.run([program, *recorded, str(options.cuts)], capture_output=True, text=True, timeout=1200)
            check(done.returncode == 0, f"{kind}: {done.stdout.strip()}")
            done = subprocess.run([program, *recorded, "60", "lying"], capture_output=True, text=True, timeout=600)
            check(done.returncode == 1, f"{kind}, if its flushes did nothing: {done.stdout.strip()}")
    hosted.finish()


main()
