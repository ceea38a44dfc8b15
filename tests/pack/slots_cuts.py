# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Updates and starts of a disk with two slots that are killed at any moment: `wick update` by SIGKILL, the machine as well. Whatever was
cut, one slot starts, its record is whole, and no record that the application has acknowledged is lost.
slots_cuts.py --wick WICK --cuts N [--seed N] IMAGE"""

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


def record(number):
    text = f"record {number}\0".encode()
    return text + bytes([ord("a") + number % 26]) * (RECORD - len(text))


class Cuts:
    def __init__(self, options):
        self.wick, self.image = options.wick, options.image
        self.random = random.Random(options.seed)
        self.acknowledged, self.version, self.kills, self.machines = 0, 0, 0, 0
        self.begun = {"v0"}  # what may stand in a slot
        self.run("pack", self.image, "--slots", "2", "-o", "disk", *self.words("v0"))
        self.seconds = min(self.time_of_update() for _ in range(3))  # the first one of all finds nothing in memory

    def time_of_update(self):
        began = time.monotonic()
        self.run(*self.next_update())
        return time.monotonic() - began

    def words(self, name):
        return ["--append", f"wick.exit_port={qemu.EXIT_PORT}", "--arg", name, "--arg", "2", "--arg", "good", "--arg", "10"]

    def run(self, *line):
        subprocess.run([self.wick, *line], check=True, capture_output=True, timeout=120)

    def next_update(self):
        self.version += 1
        self.begun.add(f"v{self.version}")
        return ["update", "--image", self.image, "disk", *self.words(f"v{self.version}")]

    def cut_update(self):
        """Some come to their end."""
        process = subprocess.Popen([self.wick, *self.next_update()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(self.random.uniform(0, self.seconds))
        process.send_signal(signal.SIGKILL)
        self.kills += process.wait() == -signal.SIGKILL

    def take(self, text):
        numbers = [int(number) for number in re.findall(r"^slots: acknowledged (\d+)\r?$", text, re.M)]
        self.acknowledged = max([self.acknowledged, *(number + 1 for number in numbers)])

    def cut_machine(self):
        with qemu.Machine(qemu.command(None, "q35", "64", extra=disk_arguments("disk"))) as machine:
            if self.random.random() < 0.7:  # most of the time firmware alone would run
                machine.wait_for("slots: this is", 60)
            time.sleep(self.random.uniform(0, 0.5))
            machine.process.kill()
            machine.process.wait()
            self.machines += 1
            self.take(machine.console())

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
    parser.add_argument("--cuts", type=int, required=True)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("image")
    options = parser.parse_args()
    options.wick, options.image = os.path.abspath(options.wick), os.path.abspath(options.image)
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="wick-slots-") as scratch:
        os.chdir(scratch)
        cuts = Cuts(options)
        check(cuts.is_whole(), "an update that nobody cuts off")
        for number in range(options.cuts):
            if cuts.random.random() < 0.5:
                cuts.cut_update()
            else:
                cuts.cut_machine()
            if not cuts.is_whole():
                check(False, f"cut {number}")
                break
        else:
            check(True, f"{options.cuts} cuts: {cuts.kills} updates and {cuts.machines} machines were killed, {cuts.acknowledged} records were acknowledged")
        os.chdir("/")
    finish()


main()
