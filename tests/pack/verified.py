# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""`wick verify` judges a whole disk, in each format: what stands before the slot, too, has to be what `wick pack` writes for the key.
What it says of slots is signed.py's. verified.py --wick WICK IMAGE"""

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402
from support.hosted import check, finish  # noqa: E402
from support.packed import SECTOR, parse  # noqa: E402

FIRST, BIOS, LOADER = "its first sector differs", "its stage for a BIOS differs", "its loader for UEFI differs"
BESIDE, CD, OTHERS = "its partition for UEFI has more than the loader on it", "what a CD starts by differs", "it has other partitions"
CD_AREA = 32 << 10


def partition(disk, number):
    first, last = struct.unpack_from("<QQ", disk, 2 * SECTOR + number * 128 + 32)
    return first * SECTOR, (last + 1) * SECTOR


def flip(find):
    def change(disk):
        disk[find(disk)] ^= 1
    return change


def another_partition(disk):
    """Of a type that firmware may look at, in tables whose checksums are right."""
    for header in (SECTOR, len(disk) - SECTOR):
        entries = struct.unpack_from("<Q", disk, header + 72)[0] * SECTOR
        disk[entries + 3 * 128:entries + 4 * 128] = disk[entries + 128:entries + 2 * 128]
        struct.pack_into("<I", disk, header + 88, zlib.crc32(disk[entries:entries + 128 * 128]))
        struct.pack_into("<I", disk, header + 16, 0)
        struct.pack_into("<I", disk, header + 16, zlib.crc32(disk[header:header + 92]))


# Of which disk, what is done to it, what is said of it; None: it is the key's.
CASES = {
    "a disk": ("raw", lambda disk: None, None),
    "code of the first sector": ("raw", flip(lambda disk: 0), FIRST),
    "its table for older tools": ("raw", flip(lambda disk: 450), FIRST),
    "the stage for a BIOS": ("raw", flip(lambda disk: partition(disk, 0)[0] + 3000), BIOS),
    "the end of its partition": ("raw", flip(lambda disk: partition(disk, 0)[1] - 1), BIOS),
    "the loader": ("raw", flip(lambda disk: disk.index(b"nothing on this disk", partition(disk, 1)[0])), LOADER),
    "no file system there": ("raw", flip(lambda disk: partition(disk, 1)[0] + 11), LOADER),
    "a byte beside the loader": ("raw", flip(lambda disk: partition(disk, 1)[1] - 1), BESIDE),
    "another partition": ("raw", another_partition, OTHERS),
    "bytes of a CD on a disk": ("raw", flip(lambda disk: CD_AREA + 100), CD),
    "a CD": ("iso", lambda disk: None, None),
    "its boot catalog": ("iso", flip(lambda disk: 22 * 2048 + 40), CD),
    "its first stage": ("iso", flip(lambda disk: 23 * 2048), CD),
    "a disk for Secure Boot": ("secure", lambda disk: None, None),
    "its loader": ("secure", flip(lambda disk: disk.index(b"nothing on this disk", partition(disk, 1)[0])), LOADER),
    "a disk of no key": ("unsigned", lambda disk: None, "is not signed"),
}


def main():
    options = parse()
    wick, image = options.wick, options.image
    with tempfile.TemporaryDirectory(prefix="wick-pack-") as scratch:
        os.chdir(scratch)
        run = lambda *words: subprocess.run(words, check=True, stderr=subprocess.DEVNULL)  # noqa: E731
        verify = lambda disk: subprocess.run([wick, "verify", "mine.pub", disk], capture_output=True, text=True)  # noqa: E731
        run("openssl", "pkey", "-in", qemu.OVMF_KEY + ".key", "-passin", "pass:snakeoil", "-out", "key.pem")
        run(wick, "keygen", "mine")
        run(wick, "pack", image, "-o", "unsigned")
        run(wick, "pack", image, "-o", "secure", "--sign", "mine.key", "--secure-boot", "key.pem", "--certificate", qemu.OVMF_KEY + ".pem")
        run(wick, "pack", image, "--all", "--sign", "mine.key")
        for form in ("raw", "iso"):
            os.rename("http." + form, form)
        for name, (source, change, wrong) in CASES.items():
            with open(source, "rb") as file:
                disk = bytearray(file.read())
            change(disk)
            with open("disk", "wb") as file:
                file.write(disk)
            done = verify("disk")
            fine = done.returncode == 1 and wrong in done.stderr if wrong else done.returncode == 0 and "those of wick" in done.stdout
            if not check(fine and ("Secure Boot" in done.stdout) == (name == "a disk for Secure Boot"), f"{name}: {wrong or 'it is the key owner' + chr(39) + 's'}"):
                print(done.stdout, done.stderr)
        run("tar", "-xf", "http.ova")
        for disk in ("http.qcow2", "http.vhd", "http.vhdx", "http.vmdk", "http.ami", "http-disk1.vmdk"):
            done = verify(disk)
            if not check(done.returncode == 0 and "those of wick" in done.stdout, f"{disk} is read and verified"):
                print(done.stderr)
        for disk, said in (("http.ova", "http.ova is an archive, tar, and no disk."), ("http.tar.gz", "http.tar.gz is an archive, gzip, and no disk.")):
            done = verify(disk)
            check(done.returncode == 1 and said in done.stderr, said)
        run("qemu-img", "create", "-q", "-f", "qcow2", "-b", "raw", "-F", "raw", "based.qcow2")
        run("qemu-img", "convert", "-O", "vmdk", "raw", "base.vmdk")
        run("qemu-img", "create", "-q", "-f", "vmdk", "-b", "base.vmdk", "-F", "vmdk", "based.vmdk")
        with open("base.vmdk", "rb") as file:
            content = file.read()
        with open("named.vmdk", "wb") as file:
            file.write(content[:12] + bytes(8) + content[20:])
        run("qemu-img", "create", "-q", "-f", "qcow2", "-o", "data_file=other,data_file_raw=on", "named.qcow2", str(os.path.getsize("raw")))
        shutil.copy("raw", "other")
        for disk, said in (("based.qcow2", "based.qcow2 has no GUID partition table."), ("based.vmdk", "based.vmdk has no GUID partition table."),
                           ("named.qcow2", "of the format qcow2 whose content lies in other files."), ("named.vmdk", "of the format vmdk whose content lies in other files.")):
            done = verify(disk)
            if not check(done.returncode == 1 and said in done.stderr, f"{disk}: what another file holds isn't what a disk holds that names it"):
                print(done.stdout, done.stderr)
        os.chdir("/")
    finish()


main()
