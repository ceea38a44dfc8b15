# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Snapshots of snapshots, and their files: a run that was started from one may take another, with all of memory in it and
with random numbers that no copy draws again. A file takes its name when it is whole; one that can't be written leaves the
file of before, and the guest may try again; the first good one is the last."""

import argparse
import os
import re
import resource
import shutil
import signal
import struct
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from refusal import Refusals  # noqa: E402
from support import hosted, http, seccomp  # noqa: E402
from support.hosted import check  # noqa: E402
from support.packets import crc32c  # noqa: E402

COPIES = 3
CLOSE, OTHER_FILE = 3, 0x7fff
SWEEPER = [11, 15, 202]  # munmap, rt_sigreturn, futex
GUESTS_PAGE, ASIDE, MOVE_ASIDE, MREMAP = 0x200000, 1 << 40, 7, 25
KEEPER = [0, 1, 74, 231, 263, 264]  # read, write, fsync, exit_group, unlinkat, renameat
HEADER = 2800
FIRST_PAGES = slice(4096, 8192)  # of the file: written while the guest serves its first requests
LOOKS = 8


def chain_lines(result):
    return re.findall(r"^chain: (\w+) (-?\d+) wrong (\d+) random (\w+)$", result.text, re.M)


def chain(image, wall, folder, what="plain"):
    """@return the lines of each run"""
    def run(*options):
        return chain_lines(hosted.run(hosted.command(image, wall, "--arg", what, *options)))

    disk, first, second = (os.path.join(folder, name) for name in ("disk", "first", "second"))
    with open(disk, "wb") as file:
        file.truncate(1 << 20)
    runs = [run("--disk", disk, "--snapshot", first), run("--disk", disk, "--restore", first, "--snapshot", second)]
    runs += [run("--disk", disk, "--restore", second) for _ in range(COPIES)]
    check(sorted(os.listdir(folder)) == ["disk", "first", "second"], f"{wall}: nothing but the files that were asked for {os.listdir(folder)}")
    return runs


def check_chain(image, wall):
    with tempfile.TemporaryDirectory(prefix="wick-lives-") as folder:
        runs = chain(image, wall, folder)
    said = [[line[:3] for line in run] for run in runs]
    again = [("second", "1", "0")]
    check(said[0] == [("first", "0", "0")], f"{wall}: the first snapshot {said[0]}")
    check(said[1] == [("first", "1", "0"), ("second", "0", "0")] + again, f"{wall}: a snapshot of a copy, and a return to it {said[1]}")
    check(all(copy == again for copy in said[2:]), f"{wall}: copies of that one have its memory {said[2:]}")
    drawn = [line[3] for run in runs for line in run]
    check(len(set(drawn)) == len(drawn) == 4 + COPIES, f"{wall}: no two lives draw the same random numbers {drawn}")
    with tempfile.TemporaryDirectory(prefix="wick-lives-") as folder:
        sealed = chain(image, wall, folder, "seal")
        result = hosted.run(hosted.command(image, wall, "--disk", f"{folder}/disk", "--restore", f"{folder}/second"))
    check("cause=exception 14" in result.text, f"{wall}: a copy keeps the seals of the snapshot")
    check(len(sealed[0]) == 1, f"{wall}: which the first one hasn't")


def ask(port, path="/", tries=True):
    return dict(line.split(" ", 1) for line in (http.get(port, path, 10, tries) or "").splitlines())


def checkpoint(port):
    return ask(port, "/checkpoint", tries=False).get("returned")


def without_list(content):
    return content[:FIRST_PAGES.start] + content[FIRST_PAGES.stop:]


def check_jails(wall, pid):
    """The monitor may close the file, and no other; what stands beside it may rename it, and nothing else."""
    if os.geteuid() != 0:
        return  # only root may read the filters of others
    filters = seccomp.filters_of(pid)
    calls = seccomp.allowed(filters)
    check(len(calls) <= 17 and CLOSE in calls and not seccomp.may(filters, CLOSE, {0: OTHER_FILE}), f"{wall}: one call more, for one file {calls}")
    beside = []
    for child in hosted.children(pid):
        try:
            beside.append(seccomp.allowed(seccomp.filters_of(child)))
        except OSError:
            pass  # the network's keeper of ports, which has no filter
    check(KEEPER in beside, f"{wall}: what renames the file can do nothing else {beside}")


def check_sweeper(image, wall, folder):
    """A life that is over: its pages go aside, and nowhere else, and the thread that frees them can do that alone."""
    if os.geteuid() != 0:
        return
    path, port = os.path.join(folder, "swept"), http.free_port()
    with hosted.Machine(image, wall, "-p", f"{port}:80", "--snapshot", path):
        check(ask(port) and checkpoint(port) == "0", f"{wall}: a snapshot to return to")
    with hosted.Machine(image, wall, "-p", f"{port}:80", "--restore", path) as machine:
        check(ask(port)["restarts"] == "0", f"{wall}: a copy of it")
        own = seccomp.filters_of(machine.process.pid)
        threads = [int(name) for name in os.listdir(f"/proc/{machine.process.pid}/task")]
        all_of_them = []
        for thread in threads:
            try:
                all_of_them.append(seccomp.filters_of(thread))
            except OSError:
                pass  # the kernel's own, of a virtual machine
        sweepers = [filters for filters in all_of_them if seccomp.allowed(filters) == SWEEPER]
        check(len(sweepers) == 1, f"{wall}: a thread that frees memory, and does nothing else")

        def moves(start, flags, to):
            return seccomp.may(own, MREMAP, {0: start, 3: flags, 4: to + start})
        check(moves(GUESTS_PAGE, MOVE_ASIDE, ASIDE), f"{wall}: the guest's pages may go aside")
        check(not moves(GUESTS_PAGE, MOVE_ASIDE, 0) and not moves(ASIDE, MOVE_ASIDE, ASIDE) and not moves(GUESTS_PAGE, 3, ASIDE) and
              not moves(GUESTS_PAGE, MOVE_ASIDE, 0x7f << 40), f"{wall}: nothing else, and nowhere else")
        check(seccomp.may(sweepers[0], 11, {0: ASIDE + GUESTS_PAGE}) and not seccomp.may(sweepers[0], 11, {0: GUESTS_PAGE}) and
              not seccomp.may(sweepers[0], 11, {0: 0x7f << 40}), f"{wall}: only what lies there is freed")


def check_file(image, wall):
    """What stands at the name, from before the run to its end."""
    with tempfile.TemporaryDirectory(prefix="wick-lives-") as folder:
        path = os.path.join(folder, "snapshot")
        with open(path, "wb") as file:
            file.write(b"older")
        os.symlink(path, f"{folder}/link")
        port = http.free_port()
        with hosted.Machine(image, wall, "-p", f"{port}:80", "--snapshot", f"{folder}/link") as machine:
            check(ask(port)["requests"] == "1", f"{wall}: it serves")
            pid = machine.process.pid
            check_jails(wall, pid)
            limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1 << 20, limits[1]))
            check(checkpoint(port) == "-1", f"{wall}: a snapshot that can't be written is an error")
            with open(path, "rb") as file:
                check(file.read() == b"older", f"{wall}: which leaves the older file")
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
            check(checkpoint(port) == "0", f"{wall}: the next one succeeds")
            with open(path, "rb") as file:
                content = file.read()
            check(len(content) > 1 << 20 and os.path.islink(f"{folder}/link"), f"{wall}: and stands where the link leads")
            check(checkpoint(port) == "-1", f"{wall}: it was the last one")
            for _ in range(LOOKS):
                ask(port)
            open_files = [os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")]
            check(not [name for name in open_files if folder in name], f"{wall}: its file is closed {open_files}")
        with open(path, "rb") as file:
            finished = file.read()
        check(without_list(finished) == without_list(content), f"{wall}: and stays as it was, but for the list of first pages")
        check(finished[FIRST_PAGES] != content[FIRST_PAGES], f"{wall}: which has come")
        content = finished
        port = http.free_port()
        with hosted.Machine(image, wall, "-p", f"{port}:80", "--restore", path) as machine:
            found = ask(port)
            check((found["kept"], found["returned"]) == ("1", "1"), f"{wall}: it can be started from {found}")
        with hosted.Machine(image, wall, "--snapshot", path) as machine:
            machine.wait_for("snapshot: main", 10)
            pids = [machine.process.pid, *hosted.children(machine.process.pid)]
            os.kill(machine.process.pid, signal.SIGKILL)
        check(hosted.gone(pids) and sorted(os.listdir(folder)) == ["link", "snapshot"], f"{wall}: a killed run leaves nothing {os.listdir(folder)}")
        with open(path, "rb") as file:
            check(file.read() == content, f"{wall}: and takes nothing")
        refusals = Refusals(folder)
        os.mkfifo(f"{folder}/pipe")
        for name in ("/dev/null", folder, f"{folder}/pipe"):
            refusals.expect(f"{wall}, {name}", "is no ordinary file", hosted.command(image, wall, "--snapshot", name))
        refusals.expect(f"{wall}, no folder", "can't be written", hosted.command(image, wall, "--snapshot", f"{folder}/none/x"))


def check_unfinished(image, wall):
    """What a snapshot that failed has left in its file belongs to no other life's."""
    with tempfile.TemporaryDirectory(prefix="wick-lives-") as folder:
        path, port = os.path.join(folder, "snapshot"), http.free_port()
        with hosted.Machine(image, wall, "-p", f"{port}:80", "--snapshot", path) as machine:
            ask(port, "/secret")
            pid = machine.process.pid
            limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            found = False
            for size in range(2 << 20, 16 << 20, 1 << 20):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, limits[1]))
                if checkpoint(port) != "-1":
                    break
                [unfinished] = os.listdir(folder)
                with open(os.path.join(folder, unfinished), "rb") as file:
                    found = b"S" * 4096 in file.read()
                if found:
                    break
            check(found, f"{wall}: a snapshot is cut off behind a secret")
            http.send(port, "/crash")
            check(ask(port)["restarts"] == "1", f"{wall}: another life")
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
            check(checkpoint(port) == "0", f"{wall}: takes the snapshot")
        with open(path, "rb") as file:
            check(b"S" * 4096 not in file.read(), f"{wall}: without the secret")
        port = http.free_port()
        with hosted.Machine(image, wall, "-p", f"{port}:80", "--restore", path):
            check(ask(port)["kept"] == "1", f"{wall}: and is whole")


def forge(content, offset, form, value):
    """A header that somebody has changed and signed again (SnapshotHeader, monitor/checkpoint.cpp)."""
    checksum, length = 44, HEADER
    header = bytearray(content[:length])
    header[offset:offset + struct.calcsize(form)] = struct.pack(form, value)
    header[checksum:checksum + 4] = bytes(4)
    struct.pack_into("<I", header, checksum, crc32c(header))
    return bytes(header) + content[length:]


def check_forged(image, wall):
    rip, flags, fs_base, gs_base, mxcsr, seal, seals = 192, 200, 208, 216, 224, 232, 1768
    with tempfile.TemporaryDirectory(prefix="wick-lives-") as folder:
        program, path, disk = shutil.copy(image, folder), os.path.join(folder, "snapshot"), os.path.join(folder, "disk")
        with open(disk, "wb") as file:
            file.truncate(1 << 20)
        hosted.run(hosted.command(program, wall, "--disk", disk, "--arg", "plain", "--snapshot", path))
        with open(path, "rb") as file:
            content = file.read()
        check(forge(content, 0, "<B", content[0]) == content, f"{wall}: a header is signed as the monitor does it")
        restore = hosted.command(program, wall, "--disk", disk, "--restore", f"{folder}/forged")
        refusals = Refusals(folder)
        for what, offset, form, value in (("address", rip, "<Q", 1 << 62), ("thread pointer", fs_base, "<Q", 1 << 47),
                                          ("GS base", gs_base, "<Q", 1 << 63), ("MXCSR", mxcsr, "<I", 1 << 31),
                                          ("number of seals", seals, "<Q", 65), ("seal of nothing", seals, "<Q", 1)):
            with open(f"{folder}/forged", "wb") as file:
                file.write(forge(content, offset, form, value))
            refusals.expect(f"{wall}, forged {what}", "registers or seals are no guest's", restore)
        check(content[seal:seals] == bytes(seals - seal), f"{wall}: nothing was sealed")
        with open(f"{folder}/forged", "wb") as file:
            file.write(forge(content, flags, "<Q", 0x2237302))  # IOPL, NT, TF, VIF and what is no flag; not AC, which is the guest's own
        result = hosted.run(restore)
        check("chain: second 0 wrong 0" in result.text and "[wick] crash" not in result.text.partition("second 0")[0],
              f"{wall}: of forged flags the system's are left out")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True, help="the boot test checkpoint-last")
    parser.add_argument("--server", required=True, help="the guest of snapshot.py")
    options = parser.parse_args()
    for wall in hosted.walls():
        check_chain(options.image, wall)
        check_file(options.server, wall)
        with tempfile.TemporaryDirectory(prefix="wick-lives-") as folder:
            check_sweeper(options.server, wall, folder)
        check_unfinished(options.server, wall)
        check_forged(options.image, wall)
    hosted.finish()


main()
