# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Questions to an appliance that runs: its counts, its threads, its last crash, by the socket of --control, and by one that whoever starts
it has made. The guest answers nothing itself, so it may sleep, make no call, or have anything where its threads should be."""

import argparse
import os
import re
import signal
import socket
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import control, hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402

SAMPLE = re.compile(r"^(wick_[a-z_]+)(\{[a-z]+=\"[^\"\n]*\"(,[a-z]+=\"[^\"\n]*\")*\})? \d+(\.\d+)?$")
CODE = 200  # bytes that a small function has at most


class Asked:
    """An appliance at a socket of ours, which it has from its start."""

    def __init__(self, image, wall, *options):
        self.scratch = tempfile.TemporaryDirectory(prefix="wick-questions-")
        self.path = os.path.join(self.scratch.name, "questions")
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(self.path)
            listener.listen(4)
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGIO})  # as an engine may have it, and leave it to its programs
            self.machine = hosted.Machine(image, wall, f"--control=/dev/fd/{listener.fileno()}", *options, pass_fds=[listener.fileno()])
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.machine.process.kill()  # who makes no call doesn't hear that it is to end
        self.machine.__exit__()
        self.scratch.cleanup()

    def ask(self, what):
        answer, text = control.question(self.path, what)
        return text if answer and answer.result == control.DONE else None


def figures(text):
    """Of Prometheus' text format, each of a family that was told of before."""
    found, families = {}, set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            families.add(line.split()[2])
        elif not line.startswith("# HELP "):
            sample = SAMPLE.match(line)
            if not (sample and sample[1] in families):
                check(False, f"no figure of a family: {line}")
            found[line.rpartition(" ")[0]] = float(line.rpartition(" ")[2])
    return found


def frames(text, name):
    """Where that thread stands, innermost first."""
    part = re.search(rf'^thread "{re.escape(name)}" .*\n((?:frame=0x[0-9a-f]+\n)*)', text, re.M)
    return [int(frame, 16) for frame in re.findall("frame=(.*)", part[1])] if part else []


def threads(image, wall):
    with Asked(image, wall, "--arg", "threads") as asked:
        check(asked.machine.wait_for("^ready", 10), f"{wall}: it runs")
        dig = int(re.search("dig (0x[0-9a-f]+)", asked.machine.console())[1], 16)
        text = asked.ask(control.THREADS)
        found = re.findall(r'^thread "(.*)" (\w+), (\d+) of (\d+) bytes of stack$', text, re.M)
        if not check([(name, state) for name, state, *_ in found] == [("main", "waiting"), ("dig.ger", "waiting")], f"{wall}: both threads are told, a name's line break as a dot"):
            print(text)
            return
        check(int(found[1][2]) > 24 * 1024 and int(found[1][3]) >= 65536 and 0 < int(found[0][2]) < int(found[0][3]) == 32768, f"{wall}: and what they use of their stacks {found}")
        inner = [frame for frame in frames(text, "dig.ger") if 0 <= frame - dig < CODE]
        check(len(inner) > 20, f"{wall}: {len(inner)} frames of its recursion")
        first = figures(asked.ask(control.METRICS))
        time.sleep(0.3)
        second = figures(asked.ask(control.METRICS))
        check(f'wick_appliance_info{{name="test-questions",version="1.0.0",wall="{wall}"}}' in first and 'wick_guest_calls_total{call="yield"}' in first, f"{wall}: counts are told")
        check(0.3 <= second["wick_guest_seconds"] - first["wick_guest_seconds"] < 5 and second["wick_guest_idle_seconds_total"] - first["wick_guest_idle_seconds_total"] > 0.2,
              f"{wall}: they go on, and idle time with them")
        check(asked.ask(control.CRASH) == "The guest lives its first life: nothing has crashed.\n", f"{wall}: nothing has crashed")
        with tempfile.TemporaryFile() as file:
            answer = control.ask(asked.path, control.request(), [file.fileno()])
            check(answer.result == control.REFUSED and "not for snapshots" in answer.sentence and os.fstat(file.fileno()).st_size == 0, f"{wall}: a snapshot is refused there: {answer.sentence}")


def hostile(image, wall):
    with Asked(image, wall, "--arg", "spin") as asked:
        check(asked.machine.wait_for("^ready", 10), f"{wall}: it spins")
        spin = int(re.search("spin (0x[0-9a-f]+)", asked.machine.console())[1], 16)
        text = asked.ask(control.THREADS)
        check(text and 'thread "main" running' in text and 0 <= frames(text, "main")[0] - spin < CODE, f"{wall}: who makes no call is told of, too")
        check(asked.ask(control.METRICS) is not None, f"{wall}: and counted")
    for kind in ("circle", "wild", "edge"):
        with Asked(image, wall, "--arg", kind) as asked:
            check(asked.machine.wait_for("^ready", 10), f"{wall}, {kind}: it runs")
            time.sleep(0.2)
            text = asked.ask(control.THREADS)
            check(text is not None and text.count("thread \"") <= 128 and len(text) < 96 << 10, f"{wall}, {kind}: an end has what stands in the guest's memory")
            check((kind == "circle") == ("There are more than these 128." in (text or "")), f"{wall}, {kind}: and it is said where there may be more")
            check(asked.ask(control.METRICS) is not None and asked.machine.process.poll() is None, f"{wall}, {kind}: the appliance lives")


def crashed(image, wall):
    port = http.free_port()
    with Asked(image, wall, "-p", f"{port}:80") as asked:
        check(http.get(port) == "restarts 0, last crash: none\n", f"{wall}: a server")
        http.send(port, "/crash")
        check(http.get(port) == "restarts 1, last crash: exception\n", f"{wall}: that has crashed")
        text = asked.ask(control.CRASH)
        check(text in asked.machine.console() and text.startswith("[wick] crash\ncause=exception 14\n") and text.endswith("[wick] end of crash\n"), f"{wall}: its record is the console's")
        check(figures(asked.ask(control.METRICS))["wick_guest_restarts_total"] == 1, f"{wall}: its restart is counted")
        check("wick_network_frames_total" in asked.ask(control.METRICS), f"{wall}: and its frames")


def no_listener(image, wall):
    with tempfile.TemporaryFile() as file, socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as silent:
        for number, kind in ((file.fileno(), "a file"), (silent.fileno(), "a socket that doesn't listen"), (900, "nothing")):
            done = hosted.run(hosted.command(image, wall, f"--control=/dev/fd/{number}"), pass_fds=[file.fileno(), silent.fileno()])
            check(done.code == hosted.REFUSED and "is no Unix socket of messages that listens" in done.errors, f"{wall}: {kind} is refused: {done.errors.strip()}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    parser.add_argument("--server", required=True, help="crash-demo")
    options = parser.parse_args()
    for wall in hosted.walls():
        threads(options.image, wall)
        hostile(options.image, wall)
        crashed(options.server, wall)
        no_listener(options.image, wall)
    hosted.finish()


main()
