# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""--snapshot and --restore: a restored guest goes on behind its checkpoint with the memory of then, with random numbers of
its own, with a clock that went on, and with a network that serves; after a crash it goes back there. The file knows what
the guest writes first, and checksums of its memory. Files that are no snapshot of this appliance, damaged or forged ones
are refused as refusal.py says."""

import argparse
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from refusal import Refusals  # noqa: E402
from snapshot_parts import LIST, MOST_PAGES, MOST_RUNS, PAGE, SUMS, memory_at, runs, with_runs  # noqa: E402
from support import hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402

RESTORES = 5
RANDOM = ("arc4random", "device", "entropy")


def ask(port, path="/", tries=True):
    """@return the guest's state as a dictionary"""
    return dict(line.split(" ", 1) for line in (http.get(port, path, 10, tries) or "").splitlines())


def start(image, wall, *options):
    port = http.free_port()
    return hosted.Machine(image, wall, "-p", f"{port}:80", *options), port


def take(image, wall, path):
    """@return the guest's state at its checkpoint, and when it was asked last"""
    machine, port = start(image, wall, "--snapshot", path)
    with machine:
        check(ask(port)["requests"] == "1", f"{wall}: it serves")
        taken = ask(port, "/checkpoint", tries=False)
        check((taken["returned"], taken["requests"]) == ("0", "2"), f"{wall}: the checkpoint is taken {taken}")
        after = ask(port)
        check(after["requests"] == "3" and after["kept"] == "1", f"{wall}: the guest goes on behind it")
        check(os.stat(path).st_blocks * 512 < 8 << 20, f"{wall}: {os.stat(path).st_blocks // 2} KiB of snapshot")
        return after


def restore_often(image, wall, path, taken):
    drawn = {key: {taken[key]} for key in RANDOM}
    ports = {"tcp": [], "udp": []}
    with open(path, "rb") as file:
        content = file.read()
    for number in range(RESTORES):
        machine, port = start(image, wall, "--restore", path)
        with machine:
            found = ask(port)
            text = machine.console()
        what = f"{wall}, restore {number}"
        check("snapshot: checkpoint 1" in text and "snapshot: main" not in text, f"{what}: from the checkpoint on")
        check((found["requests"], found["returned"], found["kept"]) == ("3", "1", "1"), f"{what}: memory as it was {found}")
        check(int(found["monotonic"]) >= int(taken["monotonic"]) - 10**9 and int(found["monotonic"]) > 0, f"{what}: the clock goes on")
        check(abs(int(found["date"]) / 1e9 - time.time()) < 2, f"{what}: the date is today's")
        for key in RANDOM:
            check(found[key] not in drawn[key], f"{what}: {key} {found[key]} is new")
            drawn[key].add(found[key])
        for kind, found_ports in ports.items():
            found_ports.append(found[kind])
    check(all("0" not in numbers and len(set(numbers)) > RESTORES // 2 for numbers in ports.values()),
          f"{wall}: ports of copies don't begin at one place {ports}")
    with open(path, "rb") as file:
        check(file.read() == content, f"{wall}: the file is as it was")


def read_after_restore(folder, image, wall, path):
    """Nobody has read before the snapshot: the copy brings its console up, with boot information that was written for it."""
    with open(f"{folder}/input", "w+", encoding="ascii") as file:
        file.write("a line\n")
        file.seek(0)
        port = http.free_port()
        with hosted.Machine(image, wall, "-p", f"{port}:80", "--restore", path, "--append", "log.level=info " * 20, stdin=file) as machine:
            ask(port, "/input")
            check(machine.wait_for("^snapshot: input a line$", 5), f"{wall}: a copy reads its own input")


def crash_after_restore(image, wall, path):
    machine, port = start(image, wall, "--restore", path)
    with machine:
        ask(port)
        ask(port)
        http.send(port, "/crash")
        found = ask(port)
        check((found["requests"], found["kept"], found["restarts"]) == ("3", "1", "1"), f"{wall}: a crash leads back to the snapshot {found}")
        check("[wick] end of crash" in machine.console(), f"{wall}: and leaves a record")


def check_index(image, wall, path):
    """The list of pages that come first, and --verify."""
    with open(path, "rb") as file:
        content = file.read()
    listed, memory = runs(content), memory_at(content)
    pages = (len(content) - memory) // PAGE
    count = sum(length for _, length in listed)
    check(5 <= count <= MOST_PAGES, f"{wall}: {count} pages in {len(listed)} runs are written before the first answers")
    check(all(first + length <= pages for first, length in listed) and listed == sorted(listed), f"{wall}: all of them are the guest's")
    machine, port = start(image, wall, "--restore", path, "--verify")
    with machine:
        check(ask(port)["kept"] == "1", f"{wall}: a file that is whole starts with --verify")
    for what, other in ("without a list", with_runs(content, [])), ("with a list that counts for nothing", with_runs(content, [(8, 0)])):
        with open(f"{path}-plain", "wb") as file:
            file.write(other)
        machine, port = start(image, wall, "--restore", f"{path}-plain")
        with machine:
            check(ask(port)["kept"] == "1", f"{wall}: and {what}")
    os.remove(f"{path}-plain")


def bad_index(refuse, content):
    memory = memory_at(content)
    pages, page = (len(content) - memory) // PAGE, runs(content)[0][0]
    check(with_runs(content, runs(content)) == content, "a list is signed as the monitor does it")

    def damaged(at):
        return content[:at] + bytes([content[at] ^ 1]) + content[at + 1:]

    for what, wanted, count in (("behind memory", [(pages, 1)], None), ("around the end", [(0xffffffff, 2)], None),
                                ("backwards", [(9, 1), (8, 1)], None), ("one over the other", [(8, 2), (9, 1)], None),
                                ("empty", [(8, 0)], None), ("too many", [(0, MOST_PAGES + 1)], None),
                                ("too many in sum", [(0, MOST_PAGES), (MOST_PAGES, 1)], None),
                                ("too long", [(2 * number, 1) for number in range(MOST_RUNS)], MOST_RUNS + 1)):
        refuse(f"a list that is {what}", "list of pages is none", with_runs(content, wanted, count), options=["--verify"])
    refuse("a list that is damaged", "list of pages is none", damaged(LIST + 8), options=["--verify"])
    refuse("checksums that are damaged", "its checksums are none", damaged(SUMS + 4), options=["--verify"])
    refuse("memory that is damaged", "its memory isn't what was written", damaged(memory + page * PAGE), options=["--verify"])
    hole = next(at for at in range(memory, len(content), PAGE) if not any(content[at:at + PAGE]))
    refuse("memory in a hole", "its memory isn't what was written", damaged(hole + 7), options=["--verify"])


def bad_snapshots(folder, image, other, wall, path):
    refusals = Refusals(folder)
    with open(path, "rb") as file:
        content = file.read()

    def refuse(what, sentence, changed, program=image, options=()):
        with open(f"{folder}/bad", "wb") as file:
            file.write(changed)
        refusals.expect(f"{wall}, {what}", sentence, hosted.command(program, wall, "--restore", f"{folder}/bad", *options))

    refuse("empty", "is no snapshot", b"")
    refuse("noise", "is no snapshot", bytes(range(256)) * 64)
    refuse("a header cut short", "is no snapshot", content[:100])
    refuse("cut short", "is cut short", content[:-4096])
    refuse("grown", "is cut short", content + bytes(4096))
    refuse("never finished", "is (cut short|no snapshot)", bytes(4096) + content[4096:])
    refuse("of another build", "is of another build", content[:8] + bytes(20) + content[28:])
    refuse("of another appliance", "is of another build", content, other)
    refuse("another size of memory", "another size of memory", content, options=["--memory", "32M"])
    bad_index(refuse, content)
    refusals.expect(f"{wall}, nothing to verify", "--verify checks a snapshot", hosted.command(image, wall, "--verify"))
    for place in range(40, 600, 64):  # all of the header; memory is the guest's own business
        with open(f"{folder}/bad", "wb") as file:
            file.write(content[:place] + b"\xff" * 64 + content[place + 64:])
        result = hosted.run(hosted.command(image, wall, "--restore", f"{folder}/bad"))
        check(result.code == hosted.REFUSED, f"{wall}, damage at {place}: {result.code} {result.errors.strip()}")
    os.remove(f"{folder}/bad")
    with open(f"{folder}/kept", "wb") as file:
        file.write(content)
    refusals.expect(f"{wall}, a start that fails", "is no name of an interface",
                    hosted.command(image, wall, "--tap", "x" * 16, "--snapshot", f"{folder}/kept"))
    refusals.expect(f"{wall}, a start that fails, without a file", "is taken|no size|can't be had",
                    hosted.command(image, wall, "-p", "198.51.100.1:80:80", "--snapshot", f"{folder}/new"))
    for walls in (set(hosted.walls()) - {wall}):
        refusals.expect(f"{wall}, restored behind {walls}", "with another wall", hosted.command(image, walls, "--restore", path))
    os.remove(f"{folder}/kept")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    parser.add_argument("--other", required=True, help="another appliance that may take checkpoints")
    options = parser.parse_args()
    for wall in hosted.walls():
        with tempfile.TemporaryDirectory(prefix="wick-snapshot-") as folder:
            image, other = shutil.copy(options.image, folder), shutil.copy(options.other, folder)
            path = os.path.join(folder, "snapshot")
            taken = take(image, wall, path)
            restore_often(image, wall, path, taken)
            read_after_restore(folder, image, wall, path)
            crash_after_restore(image, wall, path)
            check_index(image, wall, path)
            bad_snapshots(folder, image, other, wall, path)
    hosted.finish()


main()
