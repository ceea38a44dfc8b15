# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Counts the lines of code that run with privilege behind wall `vm`: hv/ without the other walls, and the drivers that
hv links. Blank lines and lines that are only comment don't count. A test keeps the sum below what is promised."""

import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
NOT_LINKED = ("hv/abi/host/", "hv/base/pch/", "hv/machine/none/", "hv/wall/stubs/", "drivers-pv/virtio/page.cpp", "drivers-pv/virtio/entropy")
MOST = 10_000


def code_lines(path):
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    lines = (line.split("//")[0].strip() for line in text.splitlines())
    return sum(1 for line in lines if line)


def main():
    sums = {}
    for top in ("hv", "drivers-pv"):
        for folder, _, files in os.walk(os.path.join(ROOT, top)):
            for name in files:
                path = os.path.relpath(os.path.join(folder, name), ROOT)
                if name.endswith((".cpp", ".h", ".S")) and not path.startswith(NOT_LINKED):
                    part = "/".join(path.split("/")[:2])
                    sums[part] = sums.get(part, 0) + code_lines(os.path.join(ROOT, path))
    for part, lines in sorted(sums.items()):
        print(f"{part:20}{lines:6}")
    total = sum(sums.values())
    print(f"{total} lines of code run with privilege behind wall vm")
    return 0 if 1000 < total <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
