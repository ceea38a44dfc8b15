# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Updates that can't be are refused in one sentence, and the disk is what it was. update.py --wick WICK IMAGE"""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support.hosted import check, finish  # noqa: E402
from support.packed import parse, partition, slot_of  # noqa: E402


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
        whole = len(open("disk", "rb").read())
        for name, said, change in (("short", "has no second slot", lambda disk: disk.__delitem__(slice(partition(disk, "wick-b")[0] + 4096, None))),
                                   ("no-table", "has no GUID partition table.", lambda disk: [disk.__setitem__(slice(at, at + 512), bytes(512)) for at in (512, whole - 512)]),
                                   ("no-record", "the record of the slots is damaged.", lambda disk: disk.__setitem__(slice(*partition(disk, "wick-state")), bytes(16 * 512)))):
            changed(name, change)
            refused(said, "--image", image, name, disk=name)
        changed("damaged", lambda disk: disk.__setitem__(slot_of(disk) + 100_000, disk[slot_of(disk) + 100_000] ^ 1))
        refused("has no slot that is whole.", "--image", "damaged", "disk")
        check("The record of the slots of no-record is damaged." in run("update", "--status", "no-record").stderr, "--status of a disk without a record")
        check(run("update", "--image", "one", "disk").returncode == 0, "the slot of another disk")
        status = run("update", "--status", "disk").stdout
        check("wick-b  on trial, 3 starts left" in status and "starts next" in status.splitlines()[1], "and it starts next")
        os.chdir("/")
    finish()


main()
