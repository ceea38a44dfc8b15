# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The image of tests/boot/volume on disks that aren't like most, as `wick run` gives them to it. QEMU alone can show
blocks of 4 KiB; everything else is the same for every runner."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import growth, hosted  # noqa: E402
from support.hosted import check  # noqa: E402

MIB = 1 << 20


def blank(path, size):
    with open(path, "wb") as file:
        file.truncate(size)
    return path


class Runner:
    def __init__(self, options, folder):
        self.options = options
        self.other = blank(os.path.join(folder, "other"), MIB)

    def command(self, disk, *words, machine="microvm"):
        run = [self.options.wick, "run", os.path.abspath(self.options.image), "--vmm", self.options.vmm, "--timeout", "30"]
        run += ["--machine", machine] if self.options.vmm == "qemu" else []
        run += ["--disk", f"data={disk}"] if disk else []
        return run + ["--disk", f"other={self.other}", *words]

    def expect(self, what, command, *said, prefix=()):
        run = subprocess.run([*prefix, *command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        text = run.stdout + run.stderr
        fine = check(run.returncode == 0 and all(words in text for words in ("SUCCESS", *said)), f"{what}, {self.options.vmm}")
        if not fine:
            print(f"exit code {run.returncode}", text, sep="\n")


def large_blocks(runner, folder):
    """Any byte of disks that move 4 KiB at a time: virtio on both buses, and NVMe where hv has a driver for it."""
    blocks = ("logical_block_size=4096", "physical_block_size=4096")
    for machine in ("microvm", "q35"):
        disk = blank(os.path.join(folder, "large"), 4 * MIB)
        settings = [f"--qemu-arg={word}" for block in blocks for word in ("-global", f"virtio-blk-device.{block}")]
        runner.expect(f"blocks of 4 KiB, virtio on {machine}", runner.command(disk, *settings, machine=machine))
    if "ring" not in runner.options.image:
        return
    disk = blank(os.path.join(folder, "large"), 4 * MIB)
    nvme = ["-drive", f"if=none,id=n,format=raw,file={disk}", "-device", ",".join(("nvme,drive=n,serial=data", *blocks))]
    runner.expect("blocks of 4 KiB, NVMe", runner.command(None, *(f"--qemu-arg={word}" for word in nvme), machine="q35"))
    nvme[-1] = "nvme,drive=n,serial=data,mdts=2"
    runner.expect("an NVMe controller that moves 16 KiB at most", runner.command(None, *(f"--qemu-arg={word}" for word in nvme), machine="q35"))


def adapters(runner, folder):
    """Disks that are behind an adapter of SCSI, both volumes on one, and others that an image's usual drivers aren't for."""
    for model in ("pvscsi", "virtio-scsi", "virtio-legacy", "virtio-packed"):
        disk = blank(os.path.join(folder, "adapter"), 4 * MIB)
        runner.expect(f"disks on {model}", runner.command(disk, "--qemu-device", model, machine="q35"))
        with open(disk, "rb") as file:
            file.seek(7)
            check(file.read(3) == bytes((at * 31 + at // 251) % 256 for at in range(7, 10)), f"what was written stands on the disk, {model}")
    disk = blank(os.path.join(folder, "adapter"), 4 * MIB)
    scsi = ["-device", "virtio-scsi-pci,disable-modern=on,disable-legacy=off", "-drive", f"if=none,id=n,format=raw,file={disk}",
            "-device", "scsi-hd,drive=n,serial=data"]
    runner.expect("disks on a legacy virtio-scsi", runner.command(None, *(f"--qemu-arg={word}" for word in scsi), machine="q35"))


def odd_size(runner, folder):
    """1000 bytes are two sectors for the guest. What it writes behind the file's end is in the file."""
    disk = os.path.join(folder, "with space, comma=and more")
    with open(disk, "wb") as file:
        file.write(b"x" * 1000)
    runner.expect("a file of 1000 bytes", runner.command(disk, "--arg", "odd"), "sees 1024 bytes, not 1000")
    with open(disk, "rb") as file:
        check(file.read() == b"x" * 998 + b"tail" + b"\0" * 18 + b"last", "its tail is in the file, with what was written")


def small_host(runner, folder):
    """In a file system of its own with room for 1 MiB."""
    there = os.path.join(folder, "small")
    os.mkdir(there)
    for what, mode, script, said in (
            ("a full host is EIO", "full", "truncate -s 10M disk", ()),
            ("a disk that may only be read", "read-only", f"truncate -s 64K disk && mount -o remount,ro {there}",
             ("may only be read",))):
        prepare = f"mount -t tmpfs -o size=1m none {there} && cd {there} && {script} && exec \"$@\""
        space = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
        runner.expect(what, runner.command(f"{there}/disk", "--arg", mode), *said, prefix=[*space, "sh", "-c", prepare, "sh"])


def huge(runner, folder):
    """3 TiB, of which nearly all is a hole."""
    disk = blank(os.path.join(folder, "huge"), 3 << 40)
    runner.expect("a disk of 3 TiB", runner.command(disk, "--arg", "large"))
    with open(disk, "rb") as file:
        file.seek((2 << 40) + 4096)
        after = file.read(2)
        file.seek(-2, os.SEEK_END)
        check(after == b"bb" and file.read() == b"cc", f"what was written beyond 2 TiB stands there, {runner.options.vmm}")
    os.remove(disk)


def growing(runner, folder):
    disk, control = blank(os.path.join(folder, "growing"), 4 * MIB), os.path.join(folder, "control")
    words = growth.qemu_words(control) if runner.options.vmm == "qemu" else []
    for machine in ("microvm", "q35") if words else ("",):
        os.truncate(disk, 4 * MIB)
        with subprocess.Popen(runner.command(disk, "--arg", "grow", *words, machine=machine), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
            told = ""
            while "before: " not in told and (line := run.stdout.readline()):
                told += line
            time.sleep(0.1)
            answer = growth.grow(disk, 8 * MIB, control if words else None)
            told += run.stdout.read()
        fine = check(run.returncode == 0 and "SUCCESS" in told and os.path.getsize(disk) == 8 * MIB,
                     f"a disk that grows while it is in use, {runner.options.vmm} {machine}")
        if not fine:
            print(f"exit code {run.returncode}, {answer}", told, sep="\n")


CALL = re.compile(r"^(\d+) +(pwrite64|pwritev|fdatasync)\(\d+<[^>]*/flushed>.*?(?:= (\d+)|(unfinished))")
ENDED = re.compile(r"^(\d+) +<\.\.\. (pwrite64|pwritev) resumed>.*= (\d+)")


def written_before_flushes(lines):
    """The bytes that calls had written when each fdatasync() of the disk began. strace tells in two lines of a call that
    another thread's call cut in two: what it wrote counts at its end."""
    written, flushes, under_way = 0, [], set()
    for line in lines:
        if call := CALL.match(line):
            thread, name, count, unfinished = call.groups()
            if name == "fdatasync":
                flushes.append(written)
            elif unfinished:
                under_way.add(thread)
            else:
                written += int(count)
        elif (end := ENDED.match(line)) and end[1] in under_way:
            under_way.remove(end[1])
            written += int(end[3])
    return flushes


def flush_order(runner, folder):
    """As the kernel sees it: every byte that was written before a flush lies in the file before fdatasync() begins."""
    if not shutil.which("strace"):
        print("        without strace: nothing is said of the order of flushes")
        return
    trace, disk = os.path.join(folder, "trace"), blank(os.path.join(folder, "flushed"), 4 * MIB)
    strace = ["strace", "-f", "-y", "-o", trace, "-e", "trace=pwrite64,pwritev,fdatasync"]
    runner.expect("writes and flushes", runner.command(disk, "--arg", "flush"), prefix=strace)
    with open(trace, encoding="utf-8", errors="replace") as file:
        flushes = written_before_flushes(file)
    each = MIB + 8192
    check([bytes for bytes in flushes if bytes][-2:] == [each, 2 * each],
          f"each flush is fdatasync() behind all that was written before, {runner.options.vmm} {flushes}")


def main():
    parser = argparse.ArgumentParser()
    for name in ("--wick", "--image", "--vmm"):
        parser.add_argument(name, required=True)
    parser.add_argument("--adapters", action="store_true", help="the disks that are behind adapters alone")
    options = parser.parse_args()
    if options.vmm in hosted.WALLS:
        hosted.need(options.vmm)
    with tempfile.TemporaryDirectory(prefix="wick-disk-") as folder:
        runner = Runner(options, folder)
        if options.adapters:
            adapters(runner, folder)
            hosted.finish()
        if options.vmm == "qemu":
            large_blocks(runner, folder)
        odd_size(runner, folder)
        small_host(runner, folder)
        huge(runner, folder)
        growing(runner, folder)
        flush_order(runner, folder)
    hosted.finish()


main()
