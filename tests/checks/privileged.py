# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Counts the lines of code that run with privilege in each image behind a wall of this build folder: the sources that its
hv is linked from, and the headers that these include, as the build knows them. What an image doesn't link isn't counted,
whichever family of drivers or platforms it is of. Blank lines and lines that are only comment don't count."""

import functools
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lines import ROOT, code_lines  # noqa: E402

MOST, FEWEST = 10_000, 5_000
OURS = tuple(os.path.realpath(os.path.join(ROOT, part)) + "/" for part in ("hv", "drivers-pv"))


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


@functools.cache
def privileged_file(folder, name):
    """@return the file's own path when its lines count, else None"""
    path = os.path.realpath(os.path.join(folder, name))
    return path if path.startswith(OURS) and path.endswith((".h", ".cpp", ".S")) and "/pch/" not in path else None


lines_of = functools.cache(code_lines)


def privileged_lines(folder, image, headers):
    inputs = ninja(folder, "inputs", image + "-hv.o")
    files = {privileged_file(folder, name) for made in inputs for name in (made, *headers.get(made, ()))}
    return sum(lines_of(name) for name in files if name)


def main():
    folder, images = sys.argv[1], sys.argv[2:]
    headers = headers_of(folder)
    counts = {image: privileged_lines(folder, image, headers) for image in images}
    for image, lines in sorted(counts.items(), key=lambda item: item[1]):
        print(f"{lines:6} lines of code run with privilege in {image}")
    return 0 if counts and all(FEWEST < lines <= MOST for lines in counts.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
