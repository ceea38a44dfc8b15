# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Boots one image on Debian's Xen in QEMU (TCG) and checks what it shows: `dom0` as Xen's first domain, PVH; `domu`
as a PVH guest that xl creates in a Linux dom0. Exit code 0: all checks passed, 1: one failed, or something is missing."""

import argparse
import os
import re
import string
import sys
import tempfile
import time

import check
import initramfs
import machine
import packages
from packages import Missing, say

# Xen would give a domain its floating-point registers when it first uses them, and relies on the processor to stop it there. With
# that, under QEMU 7.2's TCG, programs of dom0 died in 3 of 12 runs with a busy domU, and in none of 15 without it.
XEN_OPTIONS = "console=com1 com1=115200,8n1 loglvl=warning spec-ctrl=eager-fpu"
DOMU_NAME = "wick"


def dom0(options, cache, scratch, checks):
    """The image itself is dom0. It needs an IOMMU, or Xen refuses a PVH dom0."""
    with packages.locked(cache):
        xen = packages.hypervisor(cache)
    modules = machine.module(options.image, options.arguments)
    if options.configuration:
        modules += "," + machine.module(options.configuration)
    run = machine.run(
        ["-cpu", "max", "-m", "512", "-device", "amd-iommu", "-kernel", xen,
         "-append", f"{XEN_OPTIONS} dom0=pvh dom0_mem={options.memory}M",
         "-initrd", modules],
        machine.HOSTS_TIME, options.seconds, os.path.join(scratch, "serial.log"))
    text = "\n".join(line.text for line in run.lines if not line.text.startswith("(XEN)"))
    check.guest_console(checks, text, options, time.time())
    check.idle(checks, run)
    checks.check(run.ended and run.code == 0, f"it powers the machine off through Xen, after {run.seconds:.1f} s")


def guest_files(options):
    """The guest and all that dom0 needs of it. Disks get the letters a, b, … in their order, and the boot line names them."""
    disks = [name.split(":") for name in options.disk]
    names = [f"wick.xvd{letter}={disk[0]}" for letter, disk in zip(string.ascii_lowercase, disks)]
    arguments = " ".join([options.arguments, *names]).replace("\\", "\\\\").replace('"', '\\"')
    devices = [f"'format=raw,backendtype=phy,script=wick,vdev=xvd{letter},access=rw,target=/disks/{disk[0]}'"
               for letter, disk in zip(string.ascii_lowercase, disks)]
    configuration = [
        f'name="{DOMU_NAME}"', 'type="pvh"', 'kernel="/guest/image"', f'extra="{arguments}"',
        f"memory={options.memory}", "vcpus=1", 'on_poweroff="preserve"', 'on_reboot="preserve"', 'on_crash="preserve"',
        f"disk=[{', '.join(devices)}]"]
    files = {"image": initramfs.read(options.image),
             "disks": "".join(f"{name} {mib} {block}\n" for name, mib, block in disks).encode()}
    if options.configuration:
        configuration.append('ramdisk="/guest/configuration"')
        files["configuration"] = initramfs.read(options.configuration)
    if options.network:
        configuration.append("vif=['mac=00:16:3e:00:00:01,script=wick']")
    for named in options.file:
        name, _, path = named.partition("=")
        files[name] = initramfs.read(path)
    for name in sorted(os.listdir(options.vm_data)) if options.vm_data else ():
        files[f"vm-data/{name}"] = initramfs.read(os.path.join(options.vm_data, name))
    if options.meanwhile:
        files["meanwhile"] = b"\n".join(initramfs.read(script) for script in options.meanwhile)
    files["config"] = "\n".join([*configuration, ""]).encode()
    return files


def domu(options, cache, scratch, checks):
    """A Linux dom0 creates the image with xl and shows the console log that Xen's console daemon wrote."""
    with packages.locked(cache):
        xen = packages.hypervisor(cache)
        kernel, modules = packages.kernel(cache)
        base = initramfs.base(cache, modules)
    archive = os.path.join(scratch, "dom0.cpio")
    initramfs.with_guest(base, guest_files(options), archive)
    # A PV dom0 faults in its iretq emulation when Xen sees SMAP under TCG. AVX that Xen shows to its domains isn't there
    # when they use it (QEMU 7.2): behind a wall hv ends with an invalid opcode.
    run = machine.run(
        ["-cpu", "max,-smap,-avx", "-m", "1024", "-kernel", xen,
         "-append", f"{XEN_OPTIONS} dom0_mem=512M dom0_max_vcpus=1",
         "-initrd", machine.module(kernel, "console=hvc0 quiet panic=1") + "," + machine.module(archive),
         *(word for plugin in options.plugin for word in ("-plugin", plugin))],
        machine.OWN_TIME, options.seconds, os.path.join(scratch, "serial.log"))
    text = run.text()
    console = re.search(r"^=== console\n(.*)^=== console end", text, re.M | re.S)
    checks.check(console, "its console text arrives through Xen's console ring and xenconsoled")
    check.guest_console(checks, console.group(1) if console else "", options, machine.OWN_DATE)
    for pattern in options.dom0_expect:
        found = run.find(pattern)
        checks.check(found, f"dom0 printed {pattern!r}" + (f": {found.text}" if found else ""))
    for pattern in options.dom0_never:
        found = run.find("dom0: .*" + pattern)
        checks.check(not found, f"dom0 never printed {pattern!r}" + (f": {found.text}" if found else ""))
    if options.destroyed:
        return
    reasons = re.findall(r"has shut down, reason code (\d+)", text)  # 2 when it was saved
    wanted, what = ("3", "crashes") if options.crash else ("1", "asks to be started again") if options.reboot else ("0", "powers off")
    checks.check(reasons and reasons[-1] == wanted, f"it {what} in Xen's eyes: {reasons or 'no word from xl'}")
    usage = re.search(rf"^{DOMU_NAME}\s+\d+\s+\d+\s+\d+\s+\S+\s+([\d.]+)", text, re.M)
    begins, ends = (re.search(rf"^=== {word} .*at ([\d.]+) s$", text, re.M) for word in ("create", "ended"))
    if options.idle and checks.check(usage and begins and ends, "xl knows its processor time"):
        lived, used = float(ends.group(1)) - float(begins.group(1)), float(usage.group(1))
        checks.check(used < check.IDLE_SHARE * lived, f"it halts while idle: {used:.1f} s of processor in {lived:.1f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", choices=["dom0", "domu"])
    parser.add_argument("--image", required=True, help="the appliance's ELF file")
    parser.add_argument("--arguments", default="", help="its command line, besides log.level=info")
    parser.add_argument("--configuration", help="its configuration block, a file that comes as boot module")
    parser.add_argument("--exit", type=int, default=0, help="exit code that it must report (default 0)")
    parser.add_argument("--crash", action="store_true", help="it must crash and write its record, not exit")
    parser.add_argument("--disk", action="append", default=[], metavar="NAME:MIB:BLOCK",
                        help="a disk of that size, empty, with blocks of 512 or 4096 bytes; may be repeated (domu)")
    parser.add_argument("--network", action="store_true", help="a network, on which dom0 is 10.0.5.1 (domu)")
    parser.add_argument("--meanwhile", action="append", help="a shell script that dom0 runs beside the guest; several are one (domu)")
    parser.add_argument("--file", action="append", default=[], metavar="NAME=PATH", help="a program for --meanwhile, /guest/NAME there; may be repeated (domu)")
    parser.add_argument("--vm-data", metavar="FOLDER", help="its files are in the domain's folder vm-data of XenStore when it begins (domu)")
    parser.add_argument("--plugin", action="append", default=[], help="a plugin for QEMU, as its option has it; may be repeated (domu)")
    parser.add_argument("--destroyed", action="store_true", help="--meanwhile destroys it: it doesn't end by itself (domu)")
    parser.add_argument("--dom0-never", action="append", default=[], help="regular expression that no line of dom0's matches; may be repeated")
    parser.add_argument("--reboot", action="store_true", help="--meanwhile has it rebooted (domu)")
    parser.add_argument("--dom0-expect", action="append", default=[], help="regular expression of a line of dom0's; may be repeated")
    parser.add_argument("--expect", action="append", default=[], help="regular expression of a line; may be repeated")
    parser.add_argument("--idle", action="store_true", help="the image sleeps most of its life: check that it halts")
    parser.add_argument("--memory", type=int, default=64, help="MiB (default 64)")
    parser.add_argument("--seconds", type=int, default=240, help="deadline (default 240)")
    options = parser.parse_args()
    options.image = os.path.abspath(options.image)
    options.arguments = f"log.level=info {options.arguments}".strip()  # the banner is of that level
    checks = check.Checks()
    try:
        if not os.path.exists(options.image):
            raise FileNotFoundError(f"no image {options.image}")
        cache = packages.cache_directory()
        with tempfile.TemporaryDirectory(prefix="wick-xen-") as scratch:
            {"dom0": dom0, "domu": domu}[options.mode](options, cache, scratch, checks)
    except (Missing, FileNotFoundError) as fault:
        say(str(fault))
        return 1
    print(f"xen {options.mode}: {'passed' if not checks.failed else f'{checks.failed} checks failed'}")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
