# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Standard input and output of an appliance that runs itself, and of `wick run`: every byte of a pipe arrives, its end too,
nothing is added, and isatty tells who is there. On a terminal what is typed is read line by line. Input that nobody reads
keeps nobody busy."""

import argparse
import os
import random
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, terminal  # noqa: E402
from support.hosted import check  # noqa: E402

FULL_PIPE, SECONDS, MOST_BUSY = 60_000, 2, 0.05  # bytes; a share of the time
BYTES = bytes(range(256)) + b"\r\n\r\0\n\n" + random.Random(28).randbytes(50_000) + b"no line's end"


def piped(command, given):
    run = subprocess.run(command, input=given, capture_output=True, timeout=30)
    return run.returncode, run.stdout


def check_pipes(command, argument, what):
    for given in (BYTES, b"x", b""):
        check(piped(command(), given) == (0, given), f"{what}: {len(given)} bytes through a pipe are the same bytes")
    check(piped(command(argument, "poll"), BYTES) == (0, BYTES), f"{what}: the same by poll()")
    check(piped(command(argument, "lines"), b"one\ntwo\nthree") == (0, b"3 lines, eof 1"), f"{what}: the end of the last line")
    check(piped(command(argument, "tty"), b"") == (0, b"000"), f"{what}: pipes are no terminals")


def check_end(command, what):
    """The end comes when it comes: after what was there before, to a guest that waits."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(b"first")
        process.stdin.flush()
        check(process.stdout.read(5) == b"first" and process.poll() is None, f"{what}: it waits for more")
        process.stdin.close()
        check(process.stdout.read() == b"" and process.wait(10) == 0, f"{what}: and ends with its input")


def check_unread(command, what):
    """To a server that sleeps and never reads, as much as the pipe holds."""
    used = -sum(os.times()[2:4])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        os.set_blocking(process.stdin.fileno(), False)
        process.stdin.write(bytes(FULL_PIPE))
        time.sleep(SECONDS)
        process.terminate()
        process.wait(10)
    used += sum(os.times()[2:4])
    check(used < SECONDS * MOST_BUSY, f"{what}: busy for {used:.2f} of {SECONDS} s beside input that nobody reads")


def on_terminal(command, typed):
    """@return the exit code, and what the terminal shows"""
    def talk(at):
        for line in typed:
            at.type(line)
            # Its echo, and the guest's.
            at.read_until(lambda shown, word=line.strip(b"\4\n"): not word or shown.count(word) >= 2)
    return terminal.run(command, talk)


def check_terminal(command, argument, what):
    code, shown = on_terminal(command(argument, "tty"), [])
    check(code == 0 and shown.endswith(b"111"), f"{what}: a terminal is one ({shown!r})")
    code, shown = on_terminal(command(), [b"hello\n", b"\4"])
    check(code == 0 and shown.count(b"hello") == 2, f"{what}: a line, then its end by Ctrl-D ({shown!r})")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    parser.add_argument("--wick", required=True)
    parser.add_argument("--server", required=True, help="that reads nothing")
    options = parser.parse_args()
    image = os.path.abspath(options.image)
    for wall in hosted.walls():
        def direct(*words):
            return hosted.command(image, wall, *words)

        def run(*words):
            return [options.wick, "run", image, "--vmm", wall, *words]

        check_unread(hosted.command(options.server, wall), wall)
        for what, command in ((wall, direct), (f"wick run, {wall}", run)):
            check_pipes(command, "--arg", what)
            check_end(command(), what)
            check_terminal(command, "--arg", what)
    hosted.finish()


main()
