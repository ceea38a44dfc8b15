# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The image of tests/boot/share with folders of this machine, as a user gives them to `wick run`: what the guest makes is
found here and the reverse, links lead nowhere, a folder that may only be read stays as it is, and what can't be shared is
refused in a sentence."""

import argparse
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted  # noqa: E402
from support.hosted import check  # noqa: E402


def run(options, shares, *words):
    command = [options.wick, "run", os.path.abspath(options.image), "--machine", options.machine, "--timeout", "90"]
    command += [word for share in shares for word in ("--share", share)] + [f"--arg={word}" for word in words]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def put(path, content=b""):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def both_ways(options, scratch):
    data, other, content = f"{scratch}/da,ta", f"{scratch}/other", random.Random(9).randbytes(1_234_567)
    put(f"{data}/from host/file", content)
    put(f"{data}/moved", b"moved")
    put(f"{data}/unwanted")
    for name in "abc":
        put(f"{data}/listed/{name}")
    put(f"{other}/also", b"also")
    os.symlink("/etc/passwd", f"{data}/link")
    os.symlink("/etc", f"{data}/way")
    os.mkfifo(f"{data}/pipe")
    code, text = run(options, [data, f"other={other}"], "exchange")
    check(code == 0 and "SUCCESS" in text, "the guest finds what the host has put there" + ("" if code == 0 else f": {text}"))
    with open(f"{data}/to host", "rb") as file:
        check(file.read() == content, "the host finds what the guest has written")
    check(os.stat(f"{data}/to host").st_mode & 0o777 == 0o644 and os.stat(f"{data}/made").st_mode & 0o777 == 0o750,
          "with the permissions that it asked for")
    check(os.path.exists(f"{data}/made/moved") and not os.path.exists(f"{data}/unwanted"), "and what it has moved and removed")


def only_read(options, scratch):
    folder = f"{scratch}/only"
    put(f"{folder}/file", b"read")
    command = [options.wick, "run", os.path.abspath(options.image), "--machine", options.machine, "--share", folder, "--dry-run"]
    line = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60).stdout
    check("-fsdev local,id=f0,security_model=none" in line and "mount_tag=data" in line, "--dry-run says how it is shared")
    extra = ["--qemu-arg=-fsdev", f"--qemu-arg=local,id=r0,security_model=none,multidevs=remap,readonly=on,path={folder}", "--qemu-arg=-device",
             f"--qemu-arg=virtio-9p-{'device' if options.machine == 'microvm' else 'pci'},fsdev=r0,mount_tag=data"]
    done = subprocess.run([options.wick, "run", os.path.abspath(options.image), "--machine", options.machine, "--timeout", "60",
                           "--arg=only-read", *extra], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90)
    check(done.returncode == 0 and "SUCCESS" in done.stdout, f"a folder that may only be read is only read{'' if done.returncode == 0 else done.stdout + done.stderr}")


def refused(options, scratch):
    put(f"{scratch}/file")
    os.makedirs(f"{scratch}/folder", exist_ok=True)
    for shares, sentence in (([f"{scratch}/none"], "does not exist"), ([f"{scratch}/file"], "is not a folder"),
                             ([f"wrong={scratch}/folder"], "The manifest has no shared folder \"wrong\""),
                             ([f"data={scratch}/folder"] * 2, "Two folders are given for \"data\""),
                             ([f"{scratch}/folder"] * 3, "There is no volume for the folder")):
        code, text = run(options, shares)
        check(code != 0 and sentence in text, f"refused: {sentence}" + ("" if sentence in text else text))
    code, text = run(options, [])
    check(code != 0 and 'the volume "data" has no folder' in text and
          'volume "data": this machine has no shared folder of that name' in text, "a machine without the folder says so")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wick", required=True)
    parser.add_argument("--image", required=True)
    parser.add_argument("--machine", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wick-shares-") as scratch:
        both_ways(options, scratch)
        only_read(options, scratch)
        refused(options, scratch)
    return hosted.finish()


sys.exit(main())
