# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The linker of images (tools/link.in) has parts of the libraries compiled when a link asks for a name of theirs: those
and no others. A misspelt name asks for none and is reported as any linker does.

    on_demand.py BUILD-FOLDER"""

import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import architecture  # noqa: E402

FOLDER = os.path.realpath(sys.argv[1])
TARGET = ["clang-19", f"--target={architecture.TRIPLE}", "-w", "-c", "-x", "c", "-"]
LINK = os.path.join(FOLDER, "link")


def fresh_linker(scratch):
    """The build folder's linker with a Ninja in front that only notes what it is asked for: nothing is compiled here."""
    tools = os.path.join(scratch, "bin")
    os.mkdir(tools)
    with open(os.path.join(tools, "ninja"), "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\ncd "$2" && shift 4\nfor archive; do\necho "$archive" >> {scratch}/asked\n'
                   f'mkdir -p "$(dirname "$archive")" && cp -p {scratch}/made.a "$archive"\ndone\n')
    os.chmod(os.path.join(tools, "ninja"), 0o755)
    with open(os.path.join(scratch, "made.a"), "w", encoding="utf-8") as file:
        file.write("!<arch>\n")
    with open(LINK, encoding="utf-8") as file:
        text = file.read()
    with open(os.path.join(tools, "lld"), "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\necho link >> {scratch}/links\nexec ld.lld-19 "$@"\n')
    os.chmod(os.path.join(tools, "lld"), 0o755)
    build = os.path.join(scratch, "build")
    os.makedirs(os.path.join(build, "on-demand"))
    linker = os.path.join(scratch, "link")
    with open(linker, "w", encoding="utf-8") as file:
        file.write(text.replace(f'BUILD = "{FOLDER}"', f'BUILD = "{build}"').replace("LINKER, *", f'"{tools}/lld", *'))
    os.chmod(linker, 0o755)
    return linker, build, dict(os.environ, PATH=f"{tools}:{os.environ['PATH']}")


def asked_for(code):
    """@return (the parts that a link of this C code asks for, what the linker says)"""
    with tempfile.TemporaryDirectory(prefix="wick-link-") as scratch:
        linker, build, environment = fresh_linker(scratch)
        subprocess.run([*TARGET, "-o", os.path.join(build, "program.o")], input=code, text=True, check=True)
        linked = subprocess.run([linker, "-m", architecture.LINKER, "program.o", "-o", "program"], cwd=build, env=environment,
                                stderr=subprocess.PIPE, text=True)
        try:
            with open(os.path.join(scratch, "asked"), encoding="utf-8") as file:
                parts = [os.path.basename(line.strip()) for line in file]
        except FileNotFoundError:
            parts = []
        return linked.returncode, parts, linked.stderr


def links_of_second():
    """@return how many links it takes to link a program that asks for a part, which then has the name, and to link it again; and whether it
    is there still once the linker was asked to refresh images, and once more when the part has changed"""
    with tempfile.TemporaryDirectory(prefix="wick-link-") as scratch:
        linker, build, environment = fresh_linker(scratch)
        for name, code in ("program", "int sinl(); int _start(void) { return sinl(); }"), ("sine", "int sinl(void) { return 0; }"):
            subprocess.run([*TARGET, "-o", os.path.join(build, name + ".o")], input=code, text=True, check=True)
        os.remove(os.path.join(scratch, "made.a"))
        subprocess.run(["llvm-ar-19", "rc", os.path.join(scratch, "made.a"), os.path.join(build, "sine.o")], check=True)
        counts = []
        for _ in range(2):
            subprocess.run([linker, "-m", "elf_x86_64", "program.o", "-o", "program"], cwd=build, env=environment, check=True)
            with open(os.path.join(scratch, "links"), encoding="utf-8") as file:
                counts.append(len(file.readlines()) - sum(counts))
        image, there = os.path.join(build, "program"), []
        for age in -10, 10:
            moment = os.path.getmtime(image) + age
            os.utime(os.path.join(scratch, "made.a"), (moment, moment))
            subprocess.run([linker, "--refresh"], env=environment, check=True)
            there.append(os.path.exists(image))
        return counts, there


def main():
    faults = 0
    links, there = links_of_second()
    faults += there != [True, False]
    print(f"{'fine' if there == [True, False] else 'FAILED'}: an image stays: {there[0]}, and when a part of it has changed: {there[1]}")
    faults += links != [2, 1]
    print(f"{'fine' if links == [2, 1] else 'FAILED'}: {links[0]} links for a program that asks for a part, then {links[1]}")
    cases = (
        ("void _start(void) {}", 0, []),
        ("int sinl(); int _start(void) { return sinl(); }", 1, ["libc-math.a"]),
        ("int wcslen(); int _start(void) { return wcslen(); }", 1, ["libc-usual.a"]),
        ("int argz_stringify(); int _start(void) { return argz_stringify(); }", 1, ["libc-more.a"]),
        ("int __ubsan_handle_out_of_bounds(); int _start(void) { return __ubsan_handle_out_of_bounds(); }", 1, ["libc-rare.a"]),
        ("int __divxc3(); int _start(void) { return __divxc3(); }", 1, ["libbuiltins-more.a"]),
        ("int _Znwm(); int _start(void) { return _Znwm(); }", 1, ["libc++.a"]),
        ("int __cxa_demangle(); int _start(void) { return __cxa_demangle(); }", 1, ["libc++.a", "libc++abi-more.a"]),
        ("int _ZNSt3__212bad_weak_ptrD1Ev(); int _start(void) { return _ZNSt3__212bad_weak_ptrD1Ev(); }", 1,
         ["libc++.a", "libc++-more.a"]),
        ("int misspelt_name_of_mine(); int _start(void) { return misspelt_name_of_mine(); }", 1, []),
    )
    for code, code_wanted, wanted in cases:
        code_got, got, said = asked_for(code)
        # The archives are empty here, so what is undefined stays so, and must be said.
        good = got[:1] == wanted[:1] and set(wanted) <= set(got) and code_got == code_wanted
        good = good and (code_got == 0) == (not re.search(r" asks for .*, which ", said))
        faults += not good
        print(f"{'fine' if good else 'FAILED'}: {code}: asks for {', '.join(got) or 'nothing'}, exit code {code_got}")
        if not good:
            print(said)
    return 1 if faults else 0


sys.exit(main())
