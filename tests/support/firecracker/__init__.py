# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A machine that starts an image as Firecracker does: at the entry of the ELF file, in long mode, by the 64-bit boot
protocol of Linux, its devices named on the command line as Firecracker names them. Firecracker itself needs KVM; here it
is QEMU's microvm and a small loader of our own, which PVH starts and which has the image as its module."""

import atexit
import functools
import os
import shutil
import struct
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TARGET = ["--target=i386-unknown-none-elf", "-march=pentiumpro", "-ffreestanding", "-fno-builtin", "-fno-pic", "-fno-exceptions",
          "-fno-asynchronous-unwind-tables", "-fno-stack-protector", "-O1"]
# microvm's own virtio-mmio slots; those without a device are skipped. Firecracker says 4K of each.
DEVICES = " ".join(f"virtio_mmio.device=4K@{0xfeb00000 + 512 * slot:#x}:{5 + slot}" for slot in range(8))


@functools.cache
def scratch():
    folder = tempfile.mkdtemp(prefix="wick-firecracker-")
    atexit.register(shutil.rmtree, folder)
    return folder


@functools.cache
def loader():
    made = []
    for name in ("entry.S", "load.cpp"):
        made.append(os.path.join(scratch(), name + ".o"))
        subprocess.run(["clang-19", *TARGET, "-c", os.path.join(HERE, name), "-o", made[-1]], check=True)
    program = os.path.join(scratch(), "loader")
    subprocess.run(["ld.lld-19", "-m", "elf_i386", "-Ttext=0x40000", "-e", "entry", *made, "-o", program], check=True)
    return program


def arguments(image, line, initrd=b""):
    """QEMU's, for a machine "firecracker" to start `image`."""
    module = os.path.join(scratch(), "module")
    with open(image, "rb") as file, open(module, "wb") as out:
        out.write(file.read() + initrd + struct.pack("<Q", len(initrd)))
    return ["-kernel", loader(), "-initrd", module, "-append", f"pci=off {line} {DEVICES}"]
