# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A q35 machine as bare metal has it: e1000e, NVMe and a UART, no virtio device; started by -kernel, or by OVMF and GRUB
from an ISO image; with an IOMMU if wanted. The image serves HTTP, keeps its count of starts on the NVMe volume over a power cycle, and over a
crash behind which hv restarts the guest."""

import argparse
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import http, iso, qemu  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wall", default="vm", help="ring, svm or vm")
    parser.add_argument("--uefi", action="store_true")
    parser.add_argument("--iommu", choices=qemu.IOMMUS, default="")
    parser.add_argument("--memory", default="64", help="of the machine, in MiB")
    parser.add_argument("image")
    options = parser.parse_args()
    said = []
    with tempfile.TemporaryDirectory(prefix="wick-metal-") as scratch:
        disk = os.path.join(scratch, "disk")
        with open(disk, "wb") as file:
            file.truncate(1 << 20)
        words = f"log.level=debug wick.wall={options.wall}"
        image, extra = options.image, qemu.iommu_arguments(options.iommu)
        if options.uefi:
            disc = iso.make(image, scratch, f"wick.exit_port={qemu.EXIT_PORT} {words}", "uefi")
            image, extra = None, extra + ["-cdrom", disc]
        for power_cycle in range(2):
            port = http.free_port()
            devices = ["-netdev", f"user,id=n0,hostfwd=tcp:127.0.0.1:{port}-:80", "-device", "e1000e,netdev=n0,romfile=",
                       "-drive", f"if=none,id=d0,format=raw,file={disk}", "-device", "nvme,drive=d0,serial=data"]
            if options.uefi:
                devices += qemu.uefi_arguments(scratch)
            with qemu.Machine(qemu.command(image, "q35", options.memory, words, extra + devices)) as machine:
                said.append(http.get(port, seconds=90))
                if power_cycle == 0:
                    http.get(port, "/crash", tries=False)
                    said.append(http.get(port))
                console = machine.console()
                print(console)
    expected = ["start 1\n", "start 2\n", "start 3\n"]
    live = {"ring": "wall ring", "svm": "wall vm (AMD-V)", "vm": "wall vm (AMD-V)"}[options.wall]
    banner = [live, "multiboot2" if options.uefi else "PVH"] + qemu.IOMMUS.get(options.iommu, [])
    missing = [words for words in banner if words not in console]
    unwanted = [words for words in ["virtio-mmio", "the IOMMU"] if words in console]
    if said != expected or missing or unwanted:
        sys.exit(f"FAILED: the guest said {said} instead of {expected}, missing above: {missing}, unwanted: {unwanted}")
    print("SUCCESS")


main()
