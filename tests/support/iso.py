# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A GRUB ISO image that boots an appliance, for machines that have no -kernel."""

import os
import shutil
import subprocess

GRUB = "/usr/lib/grub/i386-pc"  # the BIOS variant, whatever else is installed


def make(image, scratch, command_line):
    tree, iso = os.path.join(scratch, "tree"), os.path.join(scratch, "image.iso")
    os.makedirs(os.path.join(tree, "boot/grub"))
    shutil.copyfile(image, os.path.join(tree, "boot/appliance"))
    with open(os.path.join(tree, "boot/grub/grub.cfg"), "w", encoding="ascii") as file:
        file.write(f"multiboot2 /boot/appliance {command_line}\nboot\n")
    subprocess.run(["grub-mkrescue", "-d", GRUB, "-o", iso, tree], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return iso
