# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""wick volume: files go onto a volume and come back as they were, a full one loses nothing, a damaged one is told with its
place, and what is no volume, or in use, is refused in one sentence and left as it was. volume.py WICK"""

import fcntl
import filecmp
import os
import random
import subprocess
import sys
import tempfile

wick = os.path.abspath(sys.argv[1])


def check(condition, what):
    print(("ok      " if condition else "FAILED  ") + what)
    if not condition:
        sys.exit(1)


def volume(*words):
    done = subprocess.run([wick, "volume", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.returncode, done.stdout, done.stderr.decode()


def good(*words):
    code, out, errors = volume(*words)
    check(code == 0 and not errors, "volume " + " ".join(words) + (f": {errors}" if code else ""))
    return out


def refused(text, *words):
    code, out, errors = volume(*words)
    check(code != 0 and text in errors, f"refused: volume {' '.join(words)}: {errors.strip() or out}")


def content(path):
    with open(path, "rb") as file:
        return file.read()


def round_trip():
    generator = random.Random(1)
    os.makedirs("site/deep/er")
    for name, size in (("empty", 0), ("small", 10), ("block", 4096), ("deep/large", 3_000_001), ("deep/er/with space", 70_000)):
        with open(f"site/{name}", "wb") as file:
            file.write(generator.randbytes(size))
    os.chmod("site/small", 0o600)
    good("create", "data.img", "--size", "16M", "--label", "test")
    good("cp", "-r", "site", "data.img:/")
    good("cp", "site/small", "data.img:/renamed")
    os.mkdir("back")
    good("cp", "-r", "data.img:/site", "back")
    difference = filecmp.dircmp("site", "back/site")
    same = [content(f"site/{name}") == content(f"back/site/{name}") for name in ("empty", "small", "block", "deep/large", "deep/er/with space")]
    check(not difference.left_only and not difference.right_only and all(same), "what comes back is what went in")
    check(os.stat("back/site/small").st_mode & 0o777 == 0o600, "permissions come back")
    check(good("cat", "data.img:/site/block") == content("site/block"), "cat prints the file")
    lines = good("ls", "data.img:/site").decode().splitlines()
    check(len(lines) == 4 and any(line.endswith(" deep/") for line in lines) and any(" 4096 " in line for line in lines), "ls lists sizes and folders")
    good("cp", "site/block", "data.img:/site/small")
    check(good("cat", "data.img:/site/small") == content("site/block"), "a file is replaced")
    check(b"all is well: 6 files, 4 folders" in good("check", "data.img"), "the check counts")


def faults():
    before = content("data.img")
    refused("is not empty", "create", "data.img")
    refused("too small", "create", "tiny.img", "--size", "64K")
    check(not os.path.exists("tiny.img"), "what couldn't be made is gone")
    refused("does not exist", "create", "none.img")
    refused("no size", "create", "x.img", "--size", "much")
    refused("no such file", "cat", "data.img:/nothing")
    refused("is a folder", "cp", "data.img:/site", "elsewhere")
    refused("is a folder", "cp", "site", "data.img:/")
    refused("One of FROM and TO", "cp", "a", "b")
    refused("can't become smaller", "resize", "data.img", "--size", "1M")
    refused("can't be opened", "ls", "none.img")
    refused("neither a file nor", "ls", "/dev/null")
    refused("There is no command", "mend", "data.img")
    with open("foreign.img", "wb") as file:
        file.write(b"\x55" * (2 << 20))
    refused("something else", "ls", "foreign.img")
    refused("is not empty", "create", "foreign.img")
    with open("zero.img", "wb") as file:
        file.truncate(2 << 20)
    refused("never formatted", "ls", "zero.img")
    with open("data.img", "rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        refused("in use", "ls", "data.img")
    check(content("data.img") == before, "all of these left the volume alone")
    good("create", "zero.img")
    check(good("ls", "zero.img") == b"", "a file that is all zero is made a volume of its size")


def full_and_larger():
    good("create", "small.img", "--size", "1M")
    with open("large", "wb") as file:
        file.write(b"L" * (2 << 20))
    good("cp", "site/block", "small.img:/kept")
    refused("it is full", "cp", "large", "small.img:/large")
    check(good("ls", "small.img").decode().split()[-1] == "kept", "half a file is not left")
    good("resize", "small.img", "--size", "8M")
    good("cp", "large", "small.img:/large")
    check(good("cat", "small.img:/large") == content("large") and good("cat", "small.img:/kept") == content("site/block"), "after growth it fits")
    good("check", "small.img")


def damage():
    """Each node of the tree that counts is found when one of its bits is wrong."""
    image, found = bytearray(content("data.img")), 0
    for block in range(66, len(image) // 4096):
        if image[block * 4096:block * 4096 + 4] != b"wnod":
            continue
        image[block * 4096 + 2000] ^= 4
        with open("bad.img", "wb") as file:
            file.write(image)
        image[block * 4096 + 2000] ^= 4
        code, out, errors = volume("check", "bad.img")
        if code:
            check(f"block {block}" in out.decode() + errors, f"the damage of block {block} is told: {(out.decode() + errors).splitlines()[0]}")
            found += 1
    check(found > 0, f"{found} damages found")


def main():
    with tempfile.TemporaryDirectory(prefix="wick-volume-") as scratch:
        os.chdir(scratch)
        round_trip()
        faults()
        full_and_larger()
        damage()
        for action in ("create", "ls", "cat", "cp", "check", "resize"):
            check(b"Example: wick volume " + action.encode() in good(action, "--help"), f"{action} has an example")
        os.chdir("/")


main()
