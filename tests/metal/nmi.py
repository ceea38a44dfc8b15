# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Non-maskable interrupts, many of them, while a guest serves HTTP: they come while it runs, while hv works and while the
machine sleeps. Every request is answered, nobody dies, and hv tells of them once."""

import argparse
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import http, qemu  # noqa: E402

COUNT, REQUESTS = 150, 20  # at least
TOLD = "[wick] a non-maskable interrupt has come"


def shower(image, wall):
    """@return what is wrong, a sentence each"""
    port = http.free_port()
    network = f"user,id=n0,hostfwd=tcp:127.0.0.1:{port}-:80"
    if wall == "none":
        devices = qemu.device_arguments("q35", ["network"], net=network)
    else:
        devices = ["-netdev", network, "-device", "e1000e,netdev=n0,romfile=", "-drive",
                   "if=none,id=d0,driver=null-co,size=1M,read-zeroes=on", "-device", "nvme,drive=d0,serial=data"]
    words = "log.level=debug" + ("" if wall == "none" else f" wick.wall={wall}")
    over, answers = threading.Event(), []

    def ask():
        while not over.is_set():
            answers.append(http.get(port, tries=False))

    with qemu.Machine(qemu.command(image, "q35", 64, words, devices)) as machine:
        first = http.get(port, seconds=60)
        client = threading.Thread(target=ask)
        client.start()
        end, count = time.monotonic() + 20, 0
        while (count < COUNT or len(answers) < REQUESTS) and time.monotonic() < end:
            machine.ask("nmi")
            count += 1
        over.set()
        client.join()
        last = http.get(port)
        ended, console = machine.process.poll(), machine.console()
    wrong = []
    if first is None or last is None or None in answers or count < COUNT:
        wrong.append(f"{answers.count(None)} of {len(answers)} requests had no answer; before: {first is not None}, after: {last is not None}")
    if ended is not None:
        wrong.append(f"the machine has ended with status {ended}")
    if console.count(TOLD) != 1:
        wrong.append(f"told {console.count(TOLD)} times")
    if "[wick] crash" in console or "hv itself" in console:
        wrong.append("something has crashed")
    print(f"{wall}: {count} NMIs among {len(answers)} requests")
    if wrong:
        print(console)
    return [f"{wall}: {sentence}" for sentence in wrong]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--none", required=True, help="http")
    parser.add_argument("image", help="one that has the other walls")
    options = parser.parse_args()
    wrong = shower(options.image, "ring") + shower(options.image, "svm") + shower(options.none, "none")
    for sentence in wrong:
        print(f"FAILED: {sentence}")
    print("FAILED" if wrong else "SUCCESS")
    return 1 if wrong else 0


sys.exit(main())
