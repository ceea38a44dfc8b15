# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Packed disks, read by those who import them: qemu-img finds the very disk in each format, and a byte that is wrong; the same
disk gives the same bytes; what can't be read or written is said in a sentence, and leaves nothing. pack_formats.py PACK-FORMATS"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

pack_formats = os.path.abspath(sys.argv[1])
MIB = 1 << 20
# Ours: QEMU's, and whether it has a check of its own for it.
QEMU = {"qcow2": ("qcow2", True), "vhd": ("vpc", False)}


def check(condition, what):
    print(("ok      " if condition else "FAILED  ") + what)
    if not condition:
        sys.exit(1)


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    return done.returncode, done.stdout.decode(errors="replace").strip()


def pack(name, raw, to):
    code, said = run(pack_formats, name, raw, to)
    check(code == 0 and not said, f"{raw} as {name}" + (f": {said}" if said else ""))


def content(path):
    with open(path, "rb") as file:
        return file.read()


def make(path, size, places):
    """A sparse file with data at those places."""
    generator = random.Random(size)
    with open(path, "wb") as file:
        file.truncate(size)
        for at, length in places:
            file.seek(at)
            file.write(generator.randbytes(length))


def disks():
    """@return of each raw disk its size"""
    places = {
        "empty": (3 * MIB, []),
        "odd": (37 * MIB + 512, [(0, 512), (65535, 2), (MIB - 1, 70_000), (5 * MIB + 123, 1), (37 * MIB, 512)]),
        "zeros": (4 * MIB, [(MIB, 4096)]),
        "sector": (512, [(511, 1)]),
        "large": (1100 * MIB, [(100, 100), (600 * MIB + 4097, 300_000), (1100 * MIB - 512, 512)]),
    }
    for name, (size, data) in places.items():
        make(name, size, data)
    with open("zeros", "r+b") as file:  # zeros that aren't a hole
        file.seek(2 * MIB)
        file.write(bytes(MIB))
    return {name: size for name, (size, data) in places.items()}


def same(raw, qemu, packed):
    return run("qemu-img", "compare", "-f", "raw", "-F", qemu, raw, packed)


def by_qemu(sizes):
    for name, (qemu, checks) in QEMU.items():
        for raw in sizes:
            packed = f"{raw}.{name}"
            pack(name, raw, packed)
            code, said = same(raw, qemu, packed)
            check(code == 0 and "Images are identical." in said, f"{packed} is the disk: {said}")
            if checks:
                code, said = run("qemu-img", "check", "-f", qemu, packed)
                check(code == 0 and "No errors" in said, f"{packed} is sound: {said.splitlines()[0]}")
            code, said = run("qemu-img", "info", "-f", qemu, "--output=json", packed)
            info = json.loads(said)
            check(code == 0 and 0 <= info["virtual-size"] - sizes[raw] < MIB, f"{packed} has the size: {info['virtual-size']}")
        used = os.stat(f"large.{name}").st_blocks * 512
        check(used < 2 * MIB, f"{name} keeps holes: {used} bytes of 1100 MiB")
        wrong_byte(name, qemu)


def wrong_byte(name, qemu):
    shutil.copyfile("odd", "other")
    with open("other", "r+b") as file:
        file.seek(-1, os.SEEK_END)
        byte = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([byte[0] ^ 1]))
    code, said = same("other", qemu, f"odd.{name}")
    check(code == 1 and "Content mismatch" in said, f"a byte that differs is seen in {name}: {said}")


def repeatable(names):
    """Another file with the same disk, without its holes."""
    shutil.copyfile("odd", "filled")
    with open("odd", "rb") as source, open("filled", "wb") as file:
        file.write(source.read())
    for name in names:
        pack(name, "filled", f"filled.{name}")
        check(content(f"filled.{name}") == content(f"odd.{name}"), f"{name}: the same disk, the same bytes")


def faults(names):
    make("broken", MIB + 100, [])
    make("nothing", 0, [])
    os.mkdir("folder")
    for name in names:
        for raw, to, sentence in (("broken", "out", "broken is no raw disk: its 1048676 bytes are no whole number of sectors of 512."),
                                  ("nothing", "out", "nothing is empty: no disk."),
                                  ("absent", "out", "absent can't be read: No such file or directory."),
                                  ("folder", "out", "folder is no file."),
                                  ("odd", "folder", "folder is there already and no file."),
                                  ("odd", "absent/out", "absent/out can't be written: No such file or directory.")):
            before = sorted(os.listdir())
            code, said = run(pack_formats, name, raw, to)
            check(code == 1 and said == sentence and sorted(os.listdir()) == before, f"{name}: {said}")
        full_disk(name)


def full_disk(name):
    """As many bytes as the process may write stand for a disk that has no more room."""
    with open("kept", "w", encoding="utf-8") as file:
        file.write("before")
    before = sorted(os.listdir())
    code, said = run("prlimit", "--fsize=20000", "env", "--ignore-signal=XFSZ", pack_formats, name, "odd", "kept")
    check(code == 1 and said == "kept can't be written: File too large." and content("kept") == b"before" and sorted(os.listdir()) == before,
          f"{name}, no room: {said}")


def main():
    with tempfile.TemporaryDirectory(prefix="wick-formats-") as scratch:
        os.chdir(scratch)
        sizes = disks()
        by_qemu(sizes)
        repeatable(QEMU)
        faults(QEMU)
        os.chdir("/")


main()
