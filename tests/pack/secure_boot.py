# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Firmware with Secure Boot starts a disk whose loader is signed by a key that it knows, and no other; that loader starts the
payload that Wick's key has signed, and no other. secure_boot.py --wick WICK IMAGE"""

import os
import re
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402
from support.hosted import check, finish  # noqa: E402
from support.packed import HEADER, SECTOR, console, parse, same_sum, slot_of  # noqa: E402

STARTED, DENIED, REFUSED = "http: ", "Access Denied", "wick: slot A can't be started: its payload is not the one that was signed."
CERTIFICATE = qemu.OVMF_KEY + ".pem"


def system_partition(disk):
    """Where the file system with the loader is: the second partition."""
    first, last = struct.unpack_from("<QQ", disk, 2 * SECTOR + 128 + 32)
    return first * SECTOR, (last + 1) * SECTOR


def loader(disk):
    """One bit of a sentence that the loader would say."""
    disk[disk.index(b"nothing on this disk", *system_partition(disk))] ^= 1


def payload(disk):
    same_sum(disk, slot_of(disk) + HEADER + 100_000)


# Disk, what is done to it, what is said.
CASES = {
    "a signed loader and a signed payload": ("whole", lambda disk: None, STARTED),
    "a signed loader that asks for no signature": ("loader", lambda disk: None, STARTED),
    "a loader without a signature": ("unsigned", lambda disk: None, DENIED),
    "a loader with another key's signature": ("other", lambda disk: None, DENIED),
    "an altered loader": ("whole", loader, DENIED),
    "an altered payload": ("whole", payload, REFUSED),
}


def disks(wick, image):
    run = lambda *words: subprocess.run(words, check=True, stderr=subprocess.DEVNULL)  # noqa: E731
    run("openssl", "pkey", "-in", qemu.OVMF_KEY + ".key", "-passin", "pass:snakeoil", "-out", "key.pem")
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "other.key", "-out", "other.pem", "-days", "2", "-subj", "/CN=other")
    run(wick, "keygen", "mine")
    mine = ["--secure-boot", "key.pem", "--certificate", CERTIFICATE]
    others = ["--secure-boot", "other.key", "--certificate", "other.pem"]
    out = {}
    for name, words in (("whole", ["--sign", "mine.key", *mine]), ("loader", mine), ("unsigned", ["--sign", "mine.key"]), ("other", others)):
        run(wick, "pack", image, "-o", name, *words)
        with open(name, "rb") as file:
            out[name] = file.read()
    return out


def verifies(disk):
    """Whether others than the firmware take the signature for one."""
    start, end = system_partition(disk)
    with open("system", "wb") as file:
        file.write(disk[start:end])
    subprocess.run(["mcopy", "-n", "-i", "system", "::/EFI/BOOT/BOOTX64.EFI", "loader"], check=True)
    return subprocess.run(["sbverify", "--cert", CERTIFICATE, "loader"], capture_output=True).returncode == 0


def refused(wick, image, said, words, **how):
    done = subprocess.run([wick, "pack", image, "-o", "none", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, start_new_session=True, **how)
    lines = done.stderr.splitlines()
    if not check(done.returncode == 1 and said in lines[0] and len(lines) <= 2 and not os.path.exists("none"), f"refused: {said}"):
        print(done.stderr)


def main():
    options = parse()
    wick, image = options.wick, options.image
    with tempfile.TemporaryDirectory(prefix="wick-pack-") as scratch:
        os.chdir(scratch)
        packed = disks(wick, image)
        check(verifies(packed["whole"]) and not verifies(packed["unsigned"]), "sbverify takes the loader for signed")
        for name, (which, change, said) in CASES.items():
            disk = bytearray(packed[which])
            change(disk)
            with open("disk", "wb") as file:
                file.write(disk)
            text = console("disk", qemu.secure_boot_arguments(scratch), re.escape(said), "256", 90, qemu.SECURE_BOOT_MACHINE)
            if not check(said in text and (said == STARTED or STARTED not in text), f"{name}: {said}"):
                print(text)
        refused(wick, image, "--secure-boot and --certificate are the two halves of a key.", ["--secure-boot", "key.pem"])
        refused(wick, image, "--secure-boot and --certificate are the two halves of a key.", ["--certificate", "other.pem"])
        refused(wick, image, "nokey can't be read: No such file or directory.", ["--secure-boot", "nokey", "--certificate", "other.pem"])
        refused(wick, image, "sbsign can't sign the loader for UEFI: error in key/certificate chain.", ["--secure-boot", "key.pem", "--certificate", "other.pem"])
        refused(wick, image, "Can't load certificate from file 'key.pem'.", ["--secure-boot", "key.pem", "--certificate", "key.pem"])
        refused(wick, image, "A run file has no place for --sign, --secure-boot, --slots and --slot-size.", ["--run-file", "qemu", "--secure-boot", "key.pem", "--certificate", "other.pem"])
        refused(wick, image, "sbsign, which signs loaders, is not there.", ["--secure-boot", "key.pem", "--certificate", CERTIFICATE], env={"PATH": scratch})
    finish()


main()
