# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Updates that can't be are refused in one sentence, and the disk is what it was. update.py --wick WICK IMAGE"""

import os
import struct
import subprocess
import sys
import tempfile
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support.hosted import check, finish  # noqa: E402
from support.packed import parse, partition, slot_of  # noqa: E402
from support.packets import crc32c  # noqa: E402


def lost(run, image):
    """A disk whose good slot is damaged, while what is on trial isn't."""
    run("pack", image, "--slots", "2", "-o", "lost")
    run("update", "--image", image, "lost")
    with open("lost", "r+b") as file:
        at = slot_of(file.read(4096 * 8)) + 100_000
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))
    return "lost"


def verified(run, image):
    """What `wick verify` says of a second slot: one that the record says is empty is none, whatever an update has left there."""
    run("pack", image, "--slots", "2", "--sign", "key.key", "-o", "signed")
    run("update", "--image", image, "--sign", "key.key", "signed")
    check("wick-b of signed is signed by key.pub" in run("verify", "key.pub", "signed").stdout, "wick verify, of both slots")
    with open("signed", "rb") as file:
        disk = bytearray(file.read())
    disk[partition(disk, "wick-b")[0] + 100_000] ^= 1
    with open("signed", "wb") as file:
        file.write(disk)
    done = run("verify", "key.pub", "signed")
    check(done.returncode == 1 and "wick-b of signed is not to be trusted" in done.stderr, "of one that is damaged")
    at = partition(disk, "wick-state")[0]
    copy = max((at, at + 4096), key=lambda place: struct.unpack_from("<Q", disk, place + 16)[0])
    record = bytearray(disk[copy:copy + 508])
    struct.pack_into("<Q", record, 16, struct.unpack_from("<Q", record, 16)[0] + 1)
    record[48:64] = bytes(16)
    disk[copy:copy + 512] = record + struct.pack("<I", crc32c(record))
    with open("signed", "wb") as file:
        file.write(disk)
    done = run("verify", "key.pub", "signed")
    check(done.returncode == 0 and "wick-b" not in done.stdout, "and of one whose update was cut off")


def main():
    options = parse()
    wick, image = options.wick, options.image

    def run(*line):
        return subprocess.run([wick, *line], capture_output=True, text=True, timeout=120)

    def refused(said, *line, disk="disk"):
        before = open(disk, "rb").read()
        done = run("update", *line)
        lines = done.stderr.splitlines() or [""]
        fine = done.returncode == 1 and said in lines[0] and len(lines) <= 2 and open(disk, "rb").read() == before
        if not check(fine, f"{' '.join(line)[:70]}: {said}"):
            print(done.returncode, done.stdout, done.stderr)

    def changed(name, change):
        content = bytearray(open("disk", "rb").read())
        change(content)
        with open(name, "wb") as file:
            file.write(content)
        return name

    with tempfile.TemporaryDirectory(prefix="wick-update-") as scratch:
        os.chdir(scratch)
        size = -(-os.path.getsize(image) // 4096) * 4096 + 4096
        run("keygen", "key")
        with open("block", "wb") as file:
            file.write(b"log.level=info\\n".ljust(8000, b"#"))
        with open(image, "rb") as file:
            content = file.read()
        # An image that is like this one, but has no [slots].
        at = content.index(b"features=")
        line = content[at:content.index(b"\n", at)]
        with open("without", "wb") as file:
            file.write(content[:at] + line.replace(b"slots", b"ports") + content[at + len(line):])
        for words, said in ((["--slots", "3"], 'A disk has 1 slot or 2, not "3".'), (["--slot-size", "8M"], "--slot-size is for a disk with two slots."),
                            (["--slots", "2", "--slot-size", "many"], '--slot-size "many" is no multiple of 4 KiB up to 1 GiB.'),
                            (["--slots", "2", "--slot-size", "100K"], "and a slot would have 100 KiB."),
                            (["--slots", "2", "--run-file", "qemu"], "A run file has no place for"),
                            (["--slot-size", "8M", "--run-file", "qemu"], "A run file has no place for"),
                            (["--slots", "2", "--append", "x" * 1940], "and an image takes 1933.")):
            done = run("pack", image, "-o", "none", *words)
            if not check(done.returncode == 1 and said in done.stderr and not os.path.exists("none"), f"wick pack {' '.join(words)[:60]}: {said}"):
                print(done.stderr)
        check("has no [slots] in its wick.toml" in run("pack", "without", "-o", "none", "--slots", "2").stderr, "a disk for an image without [slots]")
        check(run("pack", image, "--slots", "2", "--slot-size", str(size), "-o", "disk").returncode == 0, "a disk whose slots have just enough room")
        check(run("pack", image, "-o", "one").returncode == 0 and run("pack", image, "--slots", "2", "--format", "qcow2", "-o", "qcow2").returncode == 0, "others")
        refused("it is larger than the slot.", "--image", image, "--config", "block", "disk")
        refused("has no [slots] in its wick.toml", "--image", "without", "disk")
        refused("its stages hold no key.", "--image", image, "--sign", "key.key", "disk")
        refused("has no second slot", "--image", image, "one", disk="one")
        refused("is a disk in the format qcow2, and only raw ones can be updated.", "--image", image, "qcow2", disk="qcow2")
        refused("is a disk in the format qcow2", "--image", "qcow2", "disk")
        refused("is a packed disk, whose slot is taken as it is.", "--image", "one", "--arg", "x", "disk")
        refused("An update needs --image NEW", "disk")
        refused("What is written is a disk or a --slot-file.", "--image", image)
        refused("can't be opened", "--image", image, "nowhere")
        refused("--status changes nothing", "--status", "--sign", "key.key", "disk")
        refused("--status changes nothing", "--status", "--arg", "x", "disk")
        os.mkfifo("pipe")
        refused("pipe is neither a file nor a block device.", "--image", image, "pipe")
        refused("pipe is no file.", "--image", "pipe", "disk")
        refused("disk is read, and can't be written as well.", "--image", "disk", "--slot-file", "./disk")
        whole = len(open("disk", "rb").read())

        def move_state(disk, to):
            """The record's partition to where another one begins, in tables whose checksums are right."""
            for header in (512, whole - 512):
                entries = struct.unpack_from("<Q", disk, header + 72)[0] * 512
                first = struct.unpack_from("<Q", disk, entries + to * 128 + 32)[0]
                struct.pack_into("<QQ", disk, entries + 4 * 128 + 32, first, first + 15)
                struct.pack_into("<I", disk, header + 88, zlib.crc32(disk[entries:entries + 128 * 128]))
                struct.pack_into("<I", disk, header + 16, 0)
                struct.pack_into("<I", disk, header + 16, zlib.crc32(disk[header:header + 92]))

        for name, said, change in (("short", "has no second slot", lambda disk: disk.__delitem__(slice(partition(disk, "wick-b")[0] + 4096, None))),
                                   ("no-table", "has no GUID partition table.", lambda disk: [disk.__setitem__(slice(at, at + 512), bytes(512)) for at in (512, whole - 512)]),
                                   ("meets", "wick-b of meets shares sectors with another partition.", lambda disk: move_state(disk, 3)),
                                   ("no-record", "the record of the slots is damaged.", lambda disk: disk.__setitem__(slice(*partition(disk, "wick-state")), bytes(16 * 512)))):
            changed(name, change)
            refused(said, "--image", image, name, disk=name)
        changed("damaged", lambda disk: disk.__setitem__(slot_of(disk) + 100_000, disk[slot_of(disk) + 100_000] ^ 1))
        refused("has no slot that is whole.", "--image", "damaged", "disk")
        refused("wick-a of lost is damaged, and an update would go over wick-b, which is whole.", "--image", image, "lost", disk=lost(run, image))
        check("The record of the slots of no-record is damaged." in run("update", "--status", "no-record").stderr, "--status of a disk without a record")
        check(run("update", "--image", "one", "disk").returncode == 0, "the slot of another disk")
        status = run("update", "--status", "disk").stdout
        check("wick-b  on trial, 3 starts left" in status and "starts next" in status.splitlines()[1], "and it starts next")
        verified(run, image)
        os.chdir("/")
    finish()


main()
