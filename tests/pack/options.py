# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Options of `wick pack` that would change nothing, or that nothing can come of, are refused in one sentence with a hint, and
no file is left; nor is one when somebody ends it. options.py --wick WICK IMAGE"""

import os
import shutil
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support.hosted import check, finish  # noqa: E402
from support.packed import parse  # noqa: E402

# Words, and what is said of them.
REFUSED = [
    (["--format", "vdi"], 'There is no format "vdi".'),
    (["--all", "--format", "qcow2"], "--all makes every format, --format one."),
    (["--at", "/srv/http"], "--at says where a run file finds the image."),
    (["--run-file", "qemu", "--format", "raw"], "--run-file makes no disk"),
    (["--run-file", "qemu", "--all"], "--run-file makes no disk"),
    (["--run-file", "qemu", "--arg", "x"], "A run file has no place for"),
    (["--run-file", "qemu", "--env", "A=1"], "A run file has no place for"),
    (["--run-file", "qemu", "--append", "a=1"], "A run file has no place for"),
    (["--run-file", "qemu", "--config", "block"], "A run file has no place for"),
    (["--run-file", "vagrant"], 'There is no run file "vagrant".'),
    (["--run-file", "kubevirt"], "kubevirt starts a disk out of a registry."),
    (["--run-file", "systemd"], "is no program of Linux."),
    (["--append", "a\nb"], "The words of --append hold a line break."),
    (["--append", "x" * 2048], "and an image takes 2048."),
    (["--config", "block"], "and an image takes 8192."),
    (["--config", "/dev/zero"], "The configuration block /dev/zero is no file."),
    (["--config", "none"], "The configuration block none does not exist."),
    (["--disk", "block"], "has no volume left for block."),
    (["--all", "-o", "block"], "The folder block can't be made: Not a directory."),
    (["-o", "."], ". is there already and no file."),
    (["-o", "none/disk"], "none/disk can't be written: No such file or directory."),
]


def ended(wick, image, scratch):
    """By a signal while the disk is written: a program that it calls then sends it. Temporary files lie in the same folder."""
    os.mkdir(os.path.join(scratch, "bin"))
    tool = os.path.join(scratch, "bin", "mformat")
    with open(tool, "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\nls -A {scratch} > {scratch}/bin/seen\nkill -"$SIGNAL" $PPID\nexec {shutil.which("mformat")} "$@"\n')
    os.chmod(tool, 0o755)
    before = sorted(os.listdir(scratch))
    for name, code in (("INT", 130), ("TERM", 143), ("HUP", 129), ("CHLD", 0)):
        environment = os.environ | {"PATH": os.path.dirname(tool) + ":" + os.environ["PATH"], "TMPDIR": scratch, "SIGNAL": name}
        done = subprocess.run([wick, "pack", image, "--all"], cwd=scratch, env=environment, capture_output=True, text=True, timeout=60)
        with open(os.path.join(scratch, "bin", "seen"), encoding="utf-8") as file:
            under_way = [word for word in file.read().split() if word.endswith(".tmp")]
        left = [word for word in sorted(os.listdir(scratch)) if word not in before]
        check(done.returncode == code and under_way and (left == []) == (code != 0), f"SIG{name} while {under_way} is written: {done.returncode}, leaves {len(left)} files")


def main():
    options = parse()
    wick, image = options.wick, options.image
    with tempfile.TemporaryDirectory(prefix="wick-pack-") as scratch:
        with open(os.path.join(scratch, "block"), "wb") as file:
            file.write(b"x" * 8193)
        for words, said in REFUSED:
            done = subprocess.run([wick, "pack", image, *words], cwd=scratch, capture_output=True, text=True, timeout=60)
            lines = done.stderr.splitlines()
            fine = done.returncode == 1 and said in lines[0] and len(lines) <= 2 and os.listdir(scratch) == ["block"]
            if not check(fine, repr(" ".join(words))[:60] + ": " + said):
                print(done.returncode, done.stderr, os.listdir(scratch))
        with open(image, "rb") as file:
            content = bytearray(file.read())
        third = struct.unpack_from("<Q", content, 32)[0] + 2 * 56  # segment, of which the length in memory is at 40
        struct.pack_into("<Q", content, third + 40, 1 << 30)
        with open(os.path.join(scratch, "large"), "wb") as file:
            file.write(content)
        done = subprocess.run([wick, "pack", "large"], cwd=scratch, capture_output=True, text=True, timeout=60)
        check(done.returncode == 1 and "a boot stage reaches 1 GiB" in done.stderr, "an image that no boot stage can place")
        os.remove(os.path.join(scratch, "large"))
        ended(wick, image, scratch)
    finish()


main()
