# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""apps/crash-demo: a request makes the guest fall, the next one is answered by the guest that was started again; the
record on the console and the one that the guest serves name function and line by `wick crash`."""

import argparse
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
CRASHES = 8


def explained(record):
    """What `wick crash` makes of a console's text or a record."""
    with tempfile.NamedTemporaryFile(prefix="wick-record-") as file:
        file.write(record)
        file.flush()
        done = subprocess.run([os.path.join(ROOT, "wick"), "crash", file.name], capture_output=True, timeout=60)
    return done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")


def judge(what, text):
    check("count_visit" in text and "main.c:" in text, f"{what}: the fault has a function and a line")
    check("serve" in text or "main" in text.replace("main.c", ""), f"{what}: its callers, too")


def crash_often(image, wall):
    port = http.free_port()
    with hosted.Machine(image, wall, "-p", f"{port}:80") as machine:
        check(http.get(port) == "restarts 0, last crash: none\n", f"{wall}: it serves")
        pid, children = machine.process.pid, hosted.children(machine.process.pid)
        start = time.monotonic()
        for number in range(1, CRASHES + 1):
            http.send(port, "/crash")
            said = http.get(port)
            if said != f"restarts {number}, last crash: exception\n":
                check(False, f"{wall}: after crash {number} it said {said!r}")
                break
        check(number == CRASHES, f"{wall}: {CRASHES} crashes, {CRASHES} restarts in {time.monotonic() - start:.1f} s")
        http.send(port, "/abort")
        check(http.get(port) == f"restarts {CRASHES + 1}, last crash: panic\n", f"{wall}: an abort() is a panic")
        check(machine.process.poll() is None and hosted.children(pid) == children, f"{wall}: in the same processes")
        record = subprocess.run(["curl", "-s", "-m", "5", f"http://127.0.0.1:{port}/record"], capture_output=True).stdout
        console = machine.console()
        check(machine.end() == 0, f"{wall}: it ends when asked to")
    check(console.count("[wick] end of crash") == CRASHES + 1, f"{wall}: a record each")
    judge(f"{wall}, the console", explained(console.partition("[wick] end of crash\n")[0].encode() + b"[wick] end of crash\n"))
    check("abort() was called" in explained(record), f"{wall}: /dev/crash has the last one")
    check(hosted.gone([pid, *children]), f"{wall}: nothing is left at the end")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    options = parser.parse_args()
    for wall in hosted.walls():
        crash_often(options.image, wall)
    hosted.finish()


main()
