# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A GRUB ISO image that boots an appliance, for machines that have no -kernel."""

import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from architecture import GRUB  # noqa: E402


def make(image, scratch, command_line, firmware="bios"):
    """@param firmware "bios" or "uefi": the disc boots by this one alone, whatever else is installed"""
    tree, iso = os.path.join(scratch, f"tree-{firmware}"), os.path.join(scratch, f"{firmware}.iso")
    os.makedirs(os.path.join(tree, "boot/grub"))
    shutil.copyfile(image, os.path.join(tree, "boot/appliance"))
    with open(os.path.join(tree, "boot/grub/grub.cfg"), "w", encoding="ascii") as file:
        file.write(f"multiboot2 /boot/appliance {command_line}\nboot\n")
    subprocess.run(["grub-mkrescue", "-d", GRUB[firmware], "-o", iso, tree], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return iso
