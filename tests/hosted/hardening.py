# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What the monitor's file says of how it was built, and with it the network's process, which is the same program: it lies
anywhere, nothing in it is writable and executable, its tables are read-only once it runs, its functions guard their
stacks, and the C library checks the lengths it can know."""

import argparse
import re
import struct
import subprocess
import sys

PT_LOAD, PT_DYNAMIC, PT_GNU_STACK, PT_GNU_RELRO = 1, 2, 0x6474e551, 0x6474e552
EXECUTE, WRITE = 1, 2
DT_TEXTREL, DT_FLAGS, DT_FLAGS_1 = 22, 30, 0x6ffffffb
DF_TEXTREL, DF_BIND_NOW, DF_1_NOW, DF_1_PIE = 4, 8, 1, 0x08000000
ET_DYN = 3
OWN = "wick7monitor"  # part of the monitor's symbols; the C library has its own rules
FEWEST_GUARDED, FEWEST_CHECKED, FEWEST_LANDINGS = 50, 2, 0.9

failures = 0


def check(condition, what):
    global failures
    print(("ok      " if condition else "FAILED  ") + what)
    failures += not condition


def segments(data):
    """(type, flags, offset, address, bytes of the file, bytes of memory) each."""
    at, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    for number in range(count):
        kind, flags, offset, address, _, in_file, in_memory, _ = struct.unpack_from("<IIQQQQQQ", data, at + number * size)
        yield kind, flags, offset, address, in_file, in_memory


def dynamic(data, parts):
    [(_, _, offset, _, length, _)] = [part for part in parts if part[0] == PT_DYNAMIC]
    return dict(struct.unpack_from("<QQ", data, at) for at in range(offset, offset + length, 16))


def sections(data):
    """name → (address, length)"""
    at, = struct.unpack_from("<Q", data, 40)
    size, count, names = struct.unpack_from("<HHH", data, 58)
    listed = [struct.unpack_from("<IIQQQQ", data, at + number * size) for number in range(count)]
    base = listed[names][4]
    return {data[base + one[0]:data.index(b"\0", base + one[0])].decode(): (one[3], one[5]) for one in listed}


def functions(program):
    """name → its instructions, of the monitor's own."""
    text = subprocess.run(["llvm-objdump-19", "-d", "--no-show-raw-insn", program], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"^[0-9a-f]+ <([^>]+)>:\n((?:.+\n)*)", text, re.M)
    return {name: body for name, body in found if OWN in name}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("monitor")
    options = parser.parse_args()
    with open(options.monitor, "rb") as file:
        data = file.read()
    parts = list(segments(data))
    says = dynamic(data, parts)
    check(struct.unpack_from("<H", data, 16)[0] == ET_DYN and says.get(DT_FLAGS_1, 0) & DF_1_PIE, "position-independent")
    check(not any(part[1] & EXECUTE and part[1] & WRITE for part in parts), "no segment is writable and executable")
    check([part[1] & EXECUTE for part in parts if part[0] == PT_GNU_STACK] == [0], "the stack is not executable")
    check(DT_TEXTREL not in says and not says.get(DT_FLAGS, 0) & DF_TEXTREL, "no relocation writes to code")
    check(says.get(DT_FLAGS, 0) & DF_BIND_NOW and says.get(DT_FLAGS_1, 0) & DF_1_NOW, "relocated before it runs")
    relro = [(part[3], part[3] + part[5]) for part in parts if part[0] == PT_GNU_RELRO]
    tables = {name: where for name, where in sections(data).items() if name in (".got", ".dynamic", ".data.rel.ro", ".init_array")}
    check(len(relro) == 1 and {".got", ".dynamic"} <= set(tables) and
          all(relro[0][0] <= start and start + length <= relro[0][1] for start, length in tables.values()),
          f"read-only once it runs: {' '.join(sorted(tables))}")
    own = functions(options.monitor)
    guarded = [name for name, body in own.items() if "__stack_chk_fail" in body]
    check(len(guarded) >= FEWEST_GUARDED, f"{len(guarded)} of {len(own)} functions guard their stack")
    checked = {word for body in own.values() for word in re.findall(r"<(__\w+_chk)>", body)}
    check(len(checked) >= FEWEST_CHECKED, f"lengths are checked: {' '.join(sorted(checked))}")
    landings = [name for name, body in own.items() if re.match(r"\s*[0-9a-f]+:\s+endbr64", body)]
    check(len(landings) >= FEWEST_LANDINGS * len(own), f"{len(landings)} of {len(own)} functions begin with a mark for indirect calls")
    return 1 if failures else 0


sys.exit(main())
