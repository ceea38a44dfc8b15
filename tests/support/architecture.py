# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What the architecture that images are made for is called: by compilers, linkers, QEMU, GRUB and Debian, and in the
tree. The one place of the tests that knows; what a test says of registers and instructions is its own."""

import os

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
ALL = sorted(os.listdir(os.path.join(ROOT, "hv/arch")))  # that the tree has folders for

NAME = "x86_64"                      # of folders in the tree, of profiles and build folders
TRIPLE = f"{NAME}-unknown-none-elf"  # of Clang
LINKER = "elf_x86_64"                # emulation of ld.lld
QEMU = f"qemu-system-{NAME}"
GRUB = {"bios": "/usr/lib/grub/i386-pc", "uefi": "/usr/lib/grub/x86_64-efi"}
DEBIAN = "amd64"                     # of packages
SPOKEN = "x86-64"                    # in messages


def profile(name):
    """The profile's file in build-profiles/ and its folder in build/."""
    return f"{NAME}-{name}"
