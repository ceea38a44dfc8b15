# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The peer of a ratio: a microVM with Debian's cloud kernel and one static server as its only process, our own small one or a
program that is given. The kernel's package is downloaded by apt-get and unpacked below build/, never installed."""

import glob
import os
import re
import shutil

from guest import SCRATCH, Unavailable, built, call
from support import architecture, qemu

# In the order that they need each other.
MODULES = ("virtio_ring", "virtio", "virtio_mmio", "failover", "net_failover", "virtio_net")


def kernel():
    """@return kernel image, folder of its modules"""
    folder = os.path.join(SCRATCH, "linux")
    if not glob.glob(os.path.join(folder, "boot/vmlinuz-*")):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        depends = call("apt-cache", "depends", f"linux-image-cloud-{architecture.DEBIAN}")
        match = re.search(r"Depends: (linux-image-\S+)", depends)
        if not match:
            raise Unavailable(f"apt-cache knows no linux-image-cloud-{architecture.DEBIAN}: run apt-get update")
        call("sh", "-c", f"cd '{folder}' && apt-get -q download {match[1]} && dpkg-deb -x linux-image-*.deb . && rm *.deb")
    return glob.glob(os.path.join(folder, "boot/vmlinuz-*"))[0], folder


def entry(name, mode, content):
    """A file of a cpio archive in the format "newc"."""
    fields = (0, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + name.encode() + b"\0"
    return head + b"\0" * (-len(head) % 4) + content + b"\0" * (-len(content) % 4)


def initramfs(modules_root, files):
    """@param files content by path: what init becomes, and what that needs"""
    init = built("linux_init.c", "linux_init", "clang-19", "-O2", "-static", "{source}", "-o", "{target}")
    archive, names = b"".join(entry(name, 0o040755, b"") for name in ("dev", "etc", "modules", "tmp", "www")), []
    for name, content in files.items():
        archive += entry(name, 0o100755, content)
    with open(init, "rb") as file:
        archive += entry("init", 0o100755, file.read())
    # /dev/console has to be there before devtmpfs is, or the process has no output.
    fields = (0, 0o020600, 0, 0, 1, 0, 0, 0, 0, 5, 1, len("dev/console") + 1, 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + b"dev/console\0"
    archive += head + b"\0" * (-len(head) % 4)
    for module in MODULES:
        found = glob.glob(os.path.join(modules_root, "lib/modules/*/kernel/**", module + ".ko"), recursive=True)
        if found:  # else built in
            with open(found[0], "rb") as file:
                archive += entry(f"modules/{module}.ko", 0o100644, file.read())
            names.append(f"/modules/{module}.ko")
    archive += entry("modules/list", 0o100644, ("\n".join(names) + "\n").encode()) + entry("TRAILER!!!", 0, b"")
    path = os.path.join(SCRATCH, "linux.cpio")
    with open(path, "wb") as file:
        file.write(archive)
    return path


def machine(tap, memory="256", files=(), command=""):
    """A running Linux microVM that serves port 80, or has become `command`. Use it in a `with`."""
    image, modules = kernel()
    # Linux finds its devices by ACPI here. Its own calibration against the interval timer fails on a busy machine.
    with open("/proc/cpuinfo", encoding="ascii") as file:
        khz = int(float(re.search(r"cpu MHz\s*:\s*([\d.]+)", file.read())[1]) * 1000)
    line = f"console=ttyS0 quiet reboot=t tsc_early_khz={khz} no_timer_check panic=-1 mitigations=off wick_address={tap.guest}"
    arguments = qemu.command(None, "microvm,x-option-roms=off,acpi=on,pit=on,pic=on", memory=memory, extra=tap.arguments()) + [
        "-kernel", image, "-initrd", initramfs(modules, dict(files)), "-append", line + (f" -- {command}" if command else "")]
    running = qemu.Machine(arguments)
    if not command and not running.wait_for(r"port 80", 90):
        text = running.console()
        running.__exit__()
        raise Unavailable("Linux does not come up: " + (text.strip().splitlines() or ["it says nothing"])[-1])
    return running
