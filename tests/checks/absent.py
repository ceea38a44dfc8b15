#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What tools/wick/absent.txt says isn't there, no library of a build folder has: absent.py BUILD LIST. Functions of the
network are there for those who ask for it; those that bar picolibc's own are there to say so."""

import pathlib
import re
import subprocess
import sys

build, table = map(pathlib.Path, sys.argv[1:])
absent = set()
for line in table.read_text(encoding="utf-8").splitlines():
    if line and not line.startswith("#") and "[network]" not in line:
        absent.update(line.split(" ", 1)[0].split(","))
barred = set(re.findall(r"(?m)^ABSENT\((\w+)", (table.parents[2] / "subprojects/packagefiles/musl/wick/glue/absent.c").read_text(encoding="utf-8")))
archives = [str(path) for path in build.rglob("*.a")]
defined = set(subprocess.run(["llvm-nm-19", "--defined-only", "--extern-only", "--just-symbol-name", *archives],
                             check=True, stdout=subprocess.PIPE, text=True).stdout.split())
if not {"poll", "fnmatch"} & defined:
    sys.exit(f"{build} has no libraries to look into.")
there = sorted(absent & defined - barred)
print(f"{len(absent)} names, {len(archives)} libraries: {len(there)} of them exist")
for name in there:
    print(f"  {name} exists: its line in {table} is wrong")
if barred - absent:
    print(f"  no line says what to use instead of {', '.join(sorted(barred - absent))}")
sys.exit(1 if there or barred - absent else 0)
