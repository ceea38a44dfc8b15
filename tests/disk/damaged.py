# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Damaged volumes. With `on_error = "read-only"` (test-wickfs-damaged) what is whole is read, every change is EROFS and the disk
stays as it was, whether the damage is found by the mount or later; without it (test-wickfs) the appliance doesn't start and says
why in one sentence, as it does where nothing can be read."""

import argparse
import os
import re
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, volumes  # noqa: E402
from support.hosted import check  # noqa: E402

BLOCK, FILES = 4096, 400
TABLES = 67, 68  # wickfs/format.h: the two slots of the first table of groups
NODE = struct.Struct("<IHH")  # a node's magic, level and count; 32 bytes on, its first key begins with an inode's number
NODE_MAGIC = 0x646F6E77


def content(path):
    with open(path, "rb") as file:
        return file.read()


class Disks:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.good = self.make()

    def tool(self, *words):
        done = volumes.tool(self.options.wick, *words)
        check(done.returncode == 0, f"wick volume {words[0]} {done.stderr}")
        return done.stdout

    def make(self):
        os.makedirs(f"{self.folder}/many")
        os.makedirs(f"{self.folder}/empty")
        for number in range(FILES):
            with open(f"{self.folder}/many/{number}", "w", encoding="ascii") as file:
                file.write(f"many/{number}\n")
        self.tool("create", f"{self.folder}/good.img", "--size", "4M")
        for name in "many", "empty":
            self.tool("cp", "-r", f"{self.folder}/{name}", f"{self.folder}/good.img:/")
        return content(f"{self.folder}/good.img")

    def damaged(self, name, *blocks):
        path, image = f"{self.folder}/{name}.img", bytearray(self.good)
        for block in blocks:
            image[block * BLOCK + 3000] ^= 4
        with open(path, "wb") as file:
            file.write(image)
        return path

    def nodes(self):
        """@return level, first inode and block of all that look like nodes of the tree"""
        for block in range(66, len(self.good) // BLOCK):
            magic, level, count = NODE.unpack_from(self.good, block * BLOCK)
            if magic == NODE_MAGIC and count:
                yield level, struct.unpack_from("<Q", self.good, block * BLOCK + 32)[0], block

    def used(self, nodes):
        """The first of them that the last commit has, as the check says: others are left of commits before."""
        for _, _, block in nodes:
            checked = volumes.tool(self.options.wick, "check", self.damaged("tried", block))
            if f"block {block}" in checked.stdout + checked.stderr:
                return block
        raise AssertionError("no node is used")

    def run(self, image, disk, *words):
        command = [self.options.wick, "run", os.path.abspath(image), "--vmm", self.options.vmm, "--timeout", "60", "--disk", f"data={disk}"]
        run = subprocess.run(command + [f"--arg={word}" for word in words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90)
        return run.returncode, run.stdout + run.stderr


def fine(outcome, what):
    code, text = outcome
    if not check(code == 0 and "SUCCESS" in text, what):
        print(f"exit code {code}", text, sep="\n")
    return text


def found_at_start(disks):
    disk = disks.damaged("table", *TABLES)
    before = content(disk)
    text = fine(disks.run(disks.options.image, disk), f"with a damaged table all is read and nothing is changed, {disks.options.vmm}")
    check(re.search(r"/data: a table of groups is damaged, at block 6[78]", text) and "/data can only be read" in text, "which is said")
    check(content(disk) == before, "the disk is as it was")
    code, text = disks.run(disks.options.refusing, disk)
    check(code == 120 and 'volume "data": it is damaged' in text and "SUCCESS" not in text, "otherwise it doesn't start, and says why")
    check(content(disk) == before, "and leaves the disk as it was")


def found_later(disks):
    # One of files in the middle: what is new goes to the last one.
    leaf = disks.used(node for node in disks.nodes() if node[0] == 0 and FILES // 3 < node[1] < 2 * FILES // 3)
    disk = disks.damaged("leaf", leaf)
    text = fine(disks.run(disks.options.image, disk, "met"), f"from a damaged leaf on nothing is changed, {disks.options.vmm}")
    check(f"is damaged, at block {leaf}" in text and "/data can only be read from now on" in text, "which is said")
    check(disks.tool("cat", f"{disk}:/before") == "written\nnot synced\n", "what was done before is kept")
    fine(disks.run(disks.options.image, disk, "met"), "and the next start finds it again")


def found_nothing(disks):
    disk = disks.damaged("root", disks.used(sorted(disks.nodes(), reverse=True)))
    before = content(disk)
    for image in disks.options.image, disks.options.refusing:
        code, text = disks.run(image, disk)
        check(code == 120 and "the root of the tree is damaged" in text and 'volume "data": it is damaged' in text,
              f"without the tree's root {os.path.basename(image)} doesn't start")
    check(content(disk) == before, "and leaves the disk as it was")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--refusing", required=True, help="the image of tests/boot/wickfs")
    for name in ("--wick", "--image", "--vmm"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    if options.vmm in hosted.WALLS:
        hosted.need(options.vmm)
    with tempfile.TemporaryDirectory(prefix="wick-damaged-") as folder:
        disks = Disks(options, folder)
        found_at_start(disks)
        found_later(disks)
        found_nothing(disks)
    hosted.finish()


main()
