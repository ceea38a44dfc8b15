# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A network chip that goes where hv never sent it. From outside, the buffer addresses in its receive descriptors are made
to point at hv's own code, then the base of its transmit descriptors too. Without an IOMMU a frame lands there, which
shows that the trick works; with one nothing changes there, and hv names the device, the direction and the address. And
what QEMU traces of configuration space: no function is a bus master while the IOMMU is off, whatever firmware has left on,
and afterwards those alone that hv drives."""

import argparse
import os
import re
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import gdb, http, qemu  # noqa: E402

HV_CODE = 0x100000  # the first instructions: not needed any more, so that a machine survives without an IOMMU
DESCRIPTOR, BYTES = 16, 64
RECEIVE_BASE, RECEIVE_LENGTH, TRANSMIT_BASE = 0x2800, 0x2808, 0x3800  # 82574L datasheet, §10.2
# What shows that a request was stopped. QEMU's AMD-Vi logs no event: it takes its log for full from the beginning. Its
# trace tells all the same, by a translation to 0.
STOPPED = {"intel": "the IOMMU has stopped a device: PCI bus 0 device \\d+ function 0 {did} {address:#x}$",
           "amd": "amdvi_translation_result devid: 00:0\\d.0 gpa {page:#x}[0-9a-f]{{3}} hpa 0x0$"}


class Chip:
    def __init__(self, machine, debugger):
        self.machine, self.debugger = machine, debugger
        pci = machine.ask("info pci")
        self.bar = int(re.search(r"PCI device 8086:10d3\r?\n(?:.*\n)*?.*BAR0: 32 bit memory at (0x[0-9a-f]+)", pci)[1], 16)

    def register(self, offset):
        return int(self.machine.ask(f"xp /1wx {self.bar + offset:#x}").split(":")[1], 16)

    def misdirect_receives(self):
        """@return what the chip does then, in hv's words"""
        base, length = self.register(RECEIVE_BASE), self.register(RECEIVE_LENGTH)
        for at in range(base, base + length, DESCRIPTOR):
            self.debugger.write(at, struct.pack("<Q", HV_CODE))
        return "wrote to"

    def misdirect_transmits(self):
        self.debugger.write(self.bar + TRANSMIT_BASE, struct.pack("<I", HV_CODE))
        return "read from"


# When the IOMMU's translation is on.
SWITCHED_ON = {"intel": ("vtd_dmar_enable", r"vtd_dmar_enable enable 1"),
               "amd": ("amdvi_completion_wait", r"amdvi_completion_wait .*")}
OWN_FUNCTION, DRIVEN = "AMDVI-PCI", {"e1000e", "nvme"}  # AMD-Vi's own sends its interrupts
BRIDGES = {"mch", "ICH9-LPC"}


def check_masters(image, kind):
    """@return what is wrong, a sentence each"""
    event, pattern = SWITCHED_ON[kind]
    devices = ["-netdev", "user,id=n0", "-device", "e1000e,netdev=n0,romfile=", "-device", "virtio-rng-pci", "-device", "nec-usb-xhci",
               "-drive", "if=none,id=d0,driver=null-co,size=1M,read-zeroes=on", "-device", "nvme,drive=d0,serial=data",
               "-trace", "pci_cfg_write", "-trace", event]
    arguments = qemu.command(image, "q35", 64, "log.level=debug", qemu.iommu_arguments(kind) + devices)
    with qemu.Machine(arguments) as machine:
        machine.wait_for(r"^journal: start", 30)
        console = machine.console()
    on = re.search(f"^{pattern}$", console, re.M)
    before, after = (console[:on.start()], console[on.end():]) if on else ("", console)
    masters = [{}, {}]
    for part, text in enumerate((before, after)):
        for name, value in re.findall(r"^pci_cfg_write (\S+) \S+ @0x4 <- (0x[0-9a-f]+)", text, re.M):
            masters[part][name] = bool(int(value, 16) & 4)
    early = {name for name, master in masters[0].items() if master} - BRIDGES
    late = {name for name, master in masters[1].items() if master} - {OWN_FUNCTION}
    print(f"bus masters with {kind}: {sorted(masters[0])} before, then {sorted(late)}")
    wrong = []
    if not on or early or not {"virtio-rng-pci", "nec-usb-xhci", *DRIVEN} <= set(masters[0]):
        wrong.append(f"{kind}: bus masters before the IOMMU is on: {sorted(early)} of {sorted(masters[0])}")
    if late != DRIVEN:
        wrong.append(f"{kind}: bus masters afterwards: {sorted(late)}")
    return wrong


def attack(image, kind, misdirect):
    """@return whether hv's code was written, and whether what has to be told was, and no more"""
    port = http.free_port()
    devices = ["-netdev", f"user,id=n0,hostfwd=tcp:127.0.0.1:{port}-:80", "-device", "e1000e,netdev=n0,romfile=",
               "-drive", "if=none,id=d0,driver=null-co,size=1M,read-zeroes=on", "-device", "nvme,drive=d0,serial=data"]
    if kind == "amd":
        devices += ["-trace", "amdvi_translation_result"]
    arguments = qemu.command(image, "q35", 64, "log.level=debug", qemu.iommu_arguments(kind) + devices)
    with qemu.Machine(arguments) as machine:
        path = os.path.join(machine.scratch.name, "gdb")
        machine.wait_for(r"^journal: start", 30)
        assert http.get(port) is not None
        machine.ask(f"gdbserver unix:{path},server=on,wait=off")
        debugger = gdb.Gdb(path)
        debugger.answer()  # connecting has stopped the machine
        debugger.ask("Qqemu.PhyMemMode:1")
        before = debugger.read(HV_CODE, BYTES)
        did = misdirect(Chip(machine, debugger))
        debugger.go_on()
        http.get(port, tries=False)
        told = machine.wait_for(STOPPED[kind].format(did=did, address=HV_CODE, page=HV_CODE >> 12), 5) if kind else None
        debugger.stop()
        after, console = debugger.read(HV_CODE, BYTES), machine.console()
    written = after != before
    print(f"{misdirect.__name__}, {kind or 'no'} IOMMU: hv's code {'was written' if written else 'is the same'}; {told and told[0]}")
    print(re.sub(r".*amdvi_translation_result.*\n", "", console))
    return written, bool(told) == bool(kind) and ("the IOMMU" in console) == (kind == "intel")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    options = parser.parse_args()
    bad = 0
    for misdirect in [Chip.misdirect_receives, Chip.misdirect_transmits]:
        for kind in ["", *qemu.IOMMUS]:
            written, told = attack(options.image, kind, misdirect)
            bad += not told or written != (not kind and misdirect is Chip.misdirect_receives)
    for kind in qemu.IOMMUS:
        wrong = check_masters(options.image, kind)
        bad += len(wrong)
        for sentence in wrong:
            print(f"FAILED: {sentence}")
    print("FAILED" if bad else "SUCCESS")
    return 1 if bad else 0


sys.exit(main())
