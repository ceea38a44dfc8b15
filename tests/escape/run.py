# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Boots the image of attacks behind one wall and reads what became of each: every attack must have been stopped with
the crash record that belongs to it, every bad call refused, and hv must have started a guest after each. The image
chooses by its wall which attacks there are: `process` makes no promise about the monitor's own memory, as the guest
shares its address space."""

import argparse
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import bochs, hosted, iso, qemu  # noqa: E402

FEWEST = 125  # attacks; a list that got lost must not pass
# An address of IPv6 comes a second after the network, and its line would cut one of the attacks in two.
WORDS = "log.level=debug net.ipv6=off"


def run_qemu(image, wall):
    devices = qemu.device_arguments("microvm", ["network"])
    return qemu.run(qemu.command(image, append=f"{WORDS} wick.wall={wall}", extra=devices), 120).text


def run_bochs(image):
    with tempfile.TemporaryDirectory(prefix="wick-escape-") as scratch:
        disc = iso.make(image, scratch, f"{WORDS} wick.wall=vmx")
        return bochs.boot(disc, lambda text: "[wick] exit" in text, 150, more=bochs.network(scratch, 0))


def run_on_linux(image, wall):
    hosted.need(wall)
    result = hosted.run(hosted.command(image, wall, "--append", WORDS), 120)
    return f"{result.text}{result.errors}\nexit code {result.code}\n"


LIVE = {"ring": "wall ring", "svm": "wall vm (AMD-V)", "vmx": "wall vm (VT-x)", "hosted": "wall hosted",
        "process": "wall process"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wall", choices=LIVE, required=True)
    parser.add_argument("image")
    options = parser.parse_args()
    if options.wall in hosted.WALLS:
        text = run_on_linux(options.image, options.wall)
    else:
        text = run_bochs(options.image) if options.wall == "vmx" else run_qemu(options.image, options.wall)
    live = LIVE[options.wall]
    stopped = re.findall(r"^escape: stopped: (.*)$", text, re.M)
    refused = re.findall(r"^escape: refused: (.*)$", text, re.M)
    records = len(re.findall(r"^\[wick\] end of crash", text, re.M))
    every = re.search(r"^escape: all (\d+) attacks and (\d+) calls tried", text, re.M)
    wrong = re.findall(r"^escape: FAILED.*$", text, re.M)
    if live not in text:
        wrong.append(f"the banner doesn't say \"{live}\"")
    if not every or len(stopped) != int(every[1]) or len(refused) != int(every[2]) or len(stopped) < FEWEST:
        wrong.append(f"{len(stopped)} attacks stopped and {len(refused)} calls refused, of {every and every.groups()}")
    if records != len(stopped):
        wrong.append(f"{records} crash records for {len(stopped)} attacks")
    if wrong:
        print(text[-6000:])
    for sentence in wrong:
        print(f"FAILED: {sentence}")
    print(f"{options.wall}: {len(stopped)} attacks stopped, {len(refused)} calls refused")
    return 1 if wrong else 0


sys.exit(main())
