# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Counts the lines of code that run with privilege in each image behind a wall of this build folder: the sources that its
hv is linked from, and the headers that these include, as the build knows them. What an image doesn't link isn't counted,
whichever family of drivers or platforms it is of. Blank lines and lines that are only comment don't count."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lines import ROOT, code_lines  # noqa: E402

MOST, FEWEST = 10_000, 5_000


def ninja(folder, *tool):
    return subprocess.run(["ninja", "-C", folder, "-t", *tool], check=True, capture_output=True, text=True).stdout.splitlines()


def headers_of(folder):
    """By object: every file that the compiler read for it."""
    read, files = {}, []
    for line in ninja(folder, "deps"):
        if line.startswith(" "):
            files.append(line.strip())
        elif line:
            files = read.setdefault(line.split(":")[0], [])
    return read


def privileged_lines(folder, image, headers):
    inputs = ninja(folder, "inputs", image + "-hv.o")
    files = {os.path.realpath(os.path.join(folder, name)) for made in inputs for name in (made, *headers.get(made, ()))}
    ours = tuple(os.path.realpath(os.path.join(ROOT, part)) + "/" for part in ("hv", "drivers-pv"))
    return sum(code_lines(name) for name in files
               if name.startswith(ours) and name.endswith((".h", ".cpp", ".S")) and "/pch/" not in name)


def main():
    folder, images = sys.argv[1], sys.argv[2:]
    headers = headers_of(folder)
    counts = {image: privileged_lines(folder, image, headers) for image in images}
    for image, lines in sorted(counts.items(), key=lambda item: item[1]):
        print(f"{lines:6} lines of code run with privilege in {image}")
    return 0 if counts and all(FEWEST < lines <= MOST for lines in counts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
