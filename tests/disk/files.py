# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The image of tests/boot/wickfs on volumes that the host makes: files go both ways; a runner that is killed at any moment
loses nothing that was said to be durable (its host keeps what was written: wickfs_power.cpp is about disks that don't); what
is no volume is refused and left alone."""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import growth, hosted, volumes  # noqa: E402
from support.hosted import check  # noqa: E402


class Runner:
    def __init__(self, options):
        self.wick, self.image, self.vmm = options.wick, os.path.abspath(options.image), options.vmm

    def command(self, disk, *words):
        run = [self.wick, "run", self.image, "--vmm", self.vmm, "--timeout", "60", "--disk", f"data={disk}"]
        return run + [f"--arg={word}" for word in words]

    def run(self, disk, *words):
        done = subprocess.run(self.command(disk, *words), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90)
        return done.returncode, done.stdout + done.stderr

    def volume(self, *words):
        done = subprocess.run([self.wick, "volume", *words], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        check(done.returncode == 0, f"wick volume {' '.join(map(os.path.basename, words))} {done.stderr.decode()}")
        return done.stdout


def both_ways(runner, folder):
    disk, content = f"{folder}/both.img", random.Random(2).randbytes(1_234_567)
    os.makedirs(f"{folder}/folder")
    with open(f"{folder}/folder/from host", "wb") as file:
        file.write(content)
    runner.volume("create", disk, "--size", "16M")
    runner.volume("cp", "-r", f"{folder}/folder", f"{disk}:/")
    code, text = runner.run(disk, "exchange")
    check(code == 0 and "SUCCESS" in text, f"the guest copies what the host has put there, {runner.vmm}" + ("" if code == 0 else f": {text}"))
    check(runner.volume("cat", f"{disk}:/to host") == content, "the host reads what the guest has written")
    runner.volume("check", disk)


def killed(runner, folder, times):
    """At once, by the host: no orderly end, whatever was under way."""
    disk, generator, last = f"{folder}/killed.img", random.Random(3), 0
    runner.volume("create", disk, "--size", "4M")
    for _ in range(times):
        process = subprocess.Popen(runner.command(disk, "endless"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, start_new_session=True)
        wanted, text = generator.randrange(1, 40), ""
        for line in process.stdout:
            text += line
            if f"durable {wanted}\n" in text:
                break
        if wanted % 2:
            meanwhile = volumes.tool(runner.wick, "ls", disk)
            check(meanwhile.returncode != 0 and "is in use" in meanwhile.stderr, "its volume is in use meanwhile")
        time.sleep(generator.random() / 50)
        os.killpg(process.pid, 9)
        text += process.stdout.read()
        process.wait()
        volumes.when_free(runner.wick, "ls", disk)
        durable = [int(number) for number in re.findall(r"durable (\d+)\n", text)]
        last = durable[-1] if durable else 0
        found = runner.volume("cat", f"{disk}:/current") if last else b""
        rounds = re.search(rb"round (\d+)\n$", found)
        # Later rounds than the last that was told of are fine: what passes the console on dies too, with lines that it held.
        check(last >= wanted and rounds and int(rounds[1]) >= last and len(found) == 4096 + len(rounds[0]),
              f"killed after round {last}: round {rounds and int(rounds[1])} is there" + ("" if last else text))
        check(b"all is well" in runner.volume("check", disk), "and the volume is whole")


def growing(runner, folder):
    """A full volume whose disk grows goes on."""
    disk, control = f"{folder}/growing.img", f"{folder}/control"
    words = growth.qemu_words(control) if runner.vmm == "qemu" else []
    runner.volume("create", disk, "--size", "2M")
    with subprocess.Popen(runner.command(disk, "grow") + words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True) as run:
        told = ""
        while "full" not in told and (line := run.stdout.readline()):
            told += line
        answer = growth.grow(disk, 8 << 20, control if words else None)
        told += run.stdout.read()
    if not check(run.returncode == 0 and "SUCCESS" in told, f"a full volume goes on when its disk has grown, {runner.vmm}"):
        print(f"exit code {run.returncode}, {answer}", told, sep="\n")
    check(b"all is well" in runner.volume("check", disk), "and is whole")


def refused(runner, folder):
    disk = f"{folder}/foreign.img"
    with open(disk, "wb") as file:
        file.write(b"\x17" * (2 << 20))
    code, text = runner.run(disk)
    check(code != 0 and "it holds something else than a wickfs volume" in text, f"something else is refused, {runner.vmm}")
    with open(disk, "rb") as file:
        check(file.read() == b"\x17" * (2 << 20), "and left as it was")


def main():
    parser = argparse.ArgumentParser()
    for name in ("--wick", "--image", "--vmm"):
        parser.add_argument(name, required=True)
    options = parser.parse_args()
    if options.vmm in hosted.WALLS:
        hosted.need(options.vmm)
    runner = Runner(options)
    with tempfile.TemporaryDirectory(prefix="wick-files-") as folder:
        both_ways(runner, folder)
        killed(runner, folder, 5)
        growing(runner, folder)
        refused(runner, folder)
    hosted.finish()


main()
