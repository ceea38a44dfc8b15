# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Streams are musl's, in picolibc's headers: no function of picolibc's own stdio may reach an image, where it would take a
stream for one of its own. Each has to be in musl's library, as one that works or as one that doesn't link (absent.c), but
for those that see no stream."""

import argparse
import re
import subprocess
import sys

# Numbers by their C type only, and names of files.
NO_STREAM = re.compile(r"_\w+|[efg]cvt(f|l)?(_r)?|mkstemps?|mkostemps|mktemp|(str|wcs)to(l|ll|ul|ull|imax|umax)_l")


def defined(archive):
    """@return (member, symbol) of each global symbol"""
    lines = subprocess.run(["llvm-nm-19", "-A", "--defined-only", "-g", archive], check=True, capture_output=True, text=True).stdout
    return [(line.split(":")[1], line.split()[-1]) for line in lines.splitlines()]


def reaching(picolibc, musl):
    ours = {symbol for _, symbol in musl}
    return sorted({symbol for member, symbol in picolibc
                   if "tinystdio" in member and symbol not in ours and not NO_STREAM.fullmatch(symbol)})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("picolibc")
    parser.add_argument("musl")
    options = parser.parse_args()
    picolibc, musl = defined(options.picolibc), defined(options.musl)
    without = [(member, symbol) for member, symbol in musl if symbol != "fmemopen"]
    if reaching(picolibc, without) != ["fmemopen"]:
        sys.exit(f"FAILED: with fmemopen taken out, {reaching(picolibc, without)} would be picolibc's")
    found = reaching(picolibc, musl)
    for symbol in found:
        print(f"FAILED: {symbol}() would be picolibc's, which knows streams of another shape")
    undefined = subprocess.run(["llvm-nm-19", "-u", options.musl], check=True, capture_output=True, text=True).stdout
    absent = set(re.findall(r"there_is_no_\w+", undefined))
    print(f"{len({symbol for _, symbol in musl})} functions are musl's, {len(absent)} don't link, {len(found)} are wrong")
    return 1 if found or not absent else 0


sys.exit(main())
