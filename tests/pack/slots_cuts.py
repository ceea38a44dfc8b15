# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Updates and starts of a disk with two slots that are killed in the middle: `wick update` once so many of its bytes are written, a
machine between its first write to the disk and its last, under BIOS and under UEFI. Only such a kill counts: one that came before or behind
that is repeated. Whatever was cut, one slot starts, its record is whole, and no record that the application has acknowledged is lost.
slots_cuts.py --wick WICK --cuts N --uefi N [--seed N] IMAGE"""

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import qemu  # noqa: E402
from support.hosted import check, finish  # noqa: E402
from support.packed import disk_arguments, partition, start  # noqa: E402

RECORD = 512
MOST_TRIES = 40  # for a kill in time
SECONDS = 120    # of OVMF on a busy machine


def written(pid):
    """Bytes that the process has written, also once it has ended and nobody has waited for it."""
    with open(f"/proc/{pid}/io", encoding="ascii") as file:
        return int(re.search(r"^wchar: (\d+)$", file.read(), re.M)[1])


def record(number):
    text = f"record {number}\0".encode()
    return text + bytes([ord("a") + number % 26]) * (RECORD - len(text))


class Cuts:
    def __init__(self, options):
        self.wick, self.image = options.wick, options.image
        self.random = random.Random(options.seed)
        self.acknowledged, self.version, self.late = 0, 0, 0
        self.killed = {"update": 0, "bios": 0, "uefi": 0}
        self.begun = {"v0"}  # what may stand in a slot
        self.run("pack", self.image, "--slots", "2", "-o", "disk", *self.words("v0"))
        self.bytes = self.size_of_update()
        self.seconds = {firmware: min(self.length_of_writing(firmware) for _ in range(2)) for firmware in ("bios", "uefi")}

    def size_of_update(self):
        """Bytes that one writes from its begin to its end."""
        process = subprocess.Popen([self.wick, *self.next_update()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        size = written(process.pid)
        assert process.wait() == 0
        return size

    def length_of_writing(self, firmware):
        """Seconds from the first write to the disk to the end."""
        self.run(*self.next_update())
        with self.machine(firmware) as machine:
            began = self.first_write(machine)
            assert machine.wait_end(SECONDS) is not None and "slots: done" in machine.console(), machine.console()
            ended = time.monotonic()
            self.take(machine.console())
        return ended - began

    def words(self, name):
        return ["--append", f"wick.exit_port={qemu.EXIT_PORT}", "--arg", name, "--arg", "2", "--arg", "good", "--arg", "10"]

    def run(self, *line):
        subprocess.run([self.wick, *line], check=True, capture_output=True, timeout=120)

    def next_update(self):
        self.version += 1
        self.begun.add(f"v{self.version}")
        return ["update", "--image", self.image, "disk", *self.words(f"v{self.version}")]

    def cut_update(self):
        """@return whether it was in the middle: something is written, and not all"""
        process = subprocess.Popen([self.wick, *self.next_update()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wanted, pause = self.random.randrange(1, self.bytes), self.random.uniform(0, 0.001)
        while written(process.pid) < wanted and os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            pass
        time.sleep(pause)
        os.kill(process.pid, signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        size = written(process.pid)
        return process.wait() == -signal.SIGKILL and 0 < size < self.bytes

    def take(self, text):
        numbers = [int(number) for number in re.findall(r"^slots: acknowledged (\d+)\r?$", text, re.M)]
        self.acknowledged = max([self.acknowledged, *(number + 1 for number in numbers)])

    def machine(self, firmware):
        extra = disk_arguments("disk") + (qemu.uefi_arguments(".") if firmware == "uefi" else [])
        return qemu.Machine(qemu.command(None, "q35", "160" if firmware == "uefi" else "64", extra=extra))

    @staticmethod
    def first_write(machine):
        """Waits for it. Before it only firmware runs, and a stage that has changed nothing."""
        before, limit = os.stat("disk").st_mtime_ns, time.monotonic() + SECONDS
        while os.stat("disk").st_mtime_ns == before and machine.process.poll() is None and time.monotonic() < limit:
            time.sleep(0.001)
        return time.monotonic()

    def cut_machine(self, firmware):
        """@return whether it was in the middle: it has written to the disk, and wasn't done"""
        before = os.stat("disk").st_mtime_ns
        with self.machine(firmware) as machine:
            self.first_write(machine)
            time.sleep(self.random.uniform(0, self.seconds[firmware]))
            machine.process.kill()
            killed = machine.process.wait() == -signal.SIGKILL
            text = machine.console()
            self.take(text)
        return killed and os.stat("disk").st_mtime_ns != before and "slots: done" not in text

    def cut(self, kind):
        """@return whether one came in the middle"""
        for _ in range(MOST_TRIES):
            if self.cut_update() if kind == "update" else self.cut_machine(kind):
                self.killed[kind] += 1
                return True
            self.late += 1
        return False

    def is_whole(self):
        """What the disk holds, by the host; and then by a start of it."""
        with open("disk", "rb") as file:
            disk = file.read()
        at = partition(disk, "data")[0]
        lost = [number for number in range(self.acknowledged) if disk[at + number * RECORD:at + (number + 1) * RECORD] != record(number)]
        status = subprocess.run([self.wick, "update", "--status", "disk"], capture_output=True, text=True, timeout=60)
        text = start("disk")
        who = re.search(r"^slots: this is (v\d+)$", text, re.M)
        self.take(text)
        fine = not lost and status.returncode == 0 and "starts next" in status.stdout and who and who[1] in self.begun and "slots: done" in text
        if not fine:
            print(lost, status.stdout, status.stderr, text)
        return fine


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wick", required=True)
    parser.add_argument("--cuts", type=int, required=True, help="half of them of updates")
    parser.add_argument("--uefi", type=int, required=True, help="so many of the machines have UEFI, which takes its time")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("image")
    options = parser.parse_args()
    options.wick, options.image = os.path.abspath(options.wick), os.path.abspath(options.image)
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="wick-slots-") as scratch:
        os.chdir(scratch)
        cuts = Cuts(options)
        check(cuts.is_whole(), "an update that nobody cuts off")
        machines = options.cuts - options.cuts // 2
        kinds = ["update"] * (options.cuts // 2) + ["uefi"] * options.uefi + ["bios"] * (machines - options.uefi)
        cuts.random.shuffle(kinds)
        for number, kind in enumerate(kinds):
            if not check(cuts.cut(kind) and cuts.is_whole(), f"cut {number}, {kind}"):
                break
        check(sum(cuts.killed.values()) == options.cuts, f"{options.cuts} kills in the middle: {cuts.killed['update']} of updates, {cuts.killed['bios']} of machines with "
              f"BIOS, {cuts.killed['uefi']} with UEFI; {cuts.late} came before or behind and don't count; {cuts.acknowledged} records were acknowledged")
        os.chdir("/")
    finish()


main()
