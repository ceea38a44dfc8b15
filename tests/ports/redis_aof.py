# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Redis with its log on a volume, killed by SIGKILL 20 times while a client counts upwards. With `appendfsync always` all that
was answered is there at the next start, with `everysec` all that was answered two seconds before the end; nothing is there that
nobody has sent, and there is no gap. redis_aof.py WICK IMAGE qemu|hosted|process"""

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, http, volumes  # noqa: E402
from support.hosted import check  # noqa: E402

KILLS = 20
MOST_BYTES = 50  # of a value, and keys between two kills: all of them have to fit into the machine
MOST_KEYS = 6000
AT_ONCE = 1000  # keys that are asked for by one command
LATEST = 2.2  # seconds that `everysec` may lose: Redis' own bound is two


class Client:
    """One connection that speaks Redis' protocol; errors of the connection end the session."""

    def __init__(self, port, seconds):
        limit = time.monotonic() + seconds
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
                self.lines = self.socket.makefile("rb")
                if self.ask("PING") == b"+PONG":
                    return
                self.socket.close()
            except OSError:
                pass
            if time.monotonic() > limit:
                raise TimeoutError("Redis doesn't answer")
            time.sleep(0.05)

    def send(self, *commands):
        words = [[str(word).encode() for word in command] for command in commands]
        self.socket.sendall(b"".join(b"*%d\r\n" % len(each) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in each)
                                     for each in words))

    def receive(self):
        line = self.lines.readline()
        if not line.endswith(b"\r\n"):
            raise ConnectionError("the connection has ended")
        if line.startswith(b"$") and not line.startswith(b"$-"):
            line = self.lines.readline()
        return line.strip()

    def ask(self, *words):
        self.send(words)
        return self.receive()


def command(options, disk, port, policy):
    wick, image, vmm = options
    return [wick, "run", image, "--vmm", vmm, "--disk", f"data={disk}", "-p", f"{port}:6379",
            *(f"--arg={word}" for word in ("/etc/redis.conf", "--appendfsync", policy))]


def count_until_killed(client, process, first, seconds, generator):
    """@return the numbers that were answered, each with the moment, and the last that was sent"""
    answered, sent, end = [], first - 1, time.monotonic() + seconds
    try:
        while time.monotonic() < end and sent < first + MOST_KEYS:
            batch = range(sent + 1, sent + 1 + generator.choice((1, 1, 10)))
            client.send(*(("SET", f"key:{number}", "x" * (number % MOST_BYTES)) for number in batch))
            sent = batch[-1]
            for number in batch:
                if client.receive() != b"+OK":
                    raise ConnectionError("no OK")
                answered.append((number, time.monotonic()))
            if len(batch) > 1:
                client.send(*(("SET", "last", number) for number in batch[-1:]))
                client.receive()
    finally:
        killed = time.monotonic()
        os.killpg(process.pid, signal.SIGKILL)
    return answered, sent, killed


def found_by(client, last):
    """@return the last key, and whether there is none missing before it"""
    size = int(client.ask("DBSIZE")[1:]) - (client.ask("EXISTS", "last") == b":1")
    there = 0
    for first in range(1, size + 1, AT_ONCE):
        names = [f"key:{number}" for number in range(first, min(first + AT_ONCE, size + 1))]
        there += int(client.ask("EXISTS", *names)[1:])
    return size, there == size <= last


def main():
    options = sys.argv[1], os.path.abspath(sys.argv[2]), sys.argv[3]
    if options[2] in hosted.WALLS:
        hosted.need(options[2])
    generator, sent, wanted, policy, answers, fine = random.Random(7), 0, 0, "always", 0, False
    with tempfile.TemporaryDirectory(prefix="wick-redis-") as folder:
        disk = f"{folder}/data.img"
        with open(disk, "wb") as file:
            file.truncate(64 << 20)
        for kill in range(KILLS + 1):
            before, policy = policy, generator.choice(("always", "everysec"))
            port = http.free_port()
            with open(f"{folder}/console", "wb") as console:
                process = subprocess.Popen(command(options, disk, port, policy), stdin=subprocess.DEVNULL, stdout=console,
                                           stderr=subprocess.STDOUT, start_new_session=True)
            try:
                client = Client(port, 60)
                found, whole = found_by(client, sent)
                fine = check(whole and wanted <= found <= sent,
                             f"start {kill + 1}: {found} keys of {sent} are there, {wanted} were promised ({before})")
                if kill == KILLS or not fine:
                    break
                answered, sent, killed = count_until_killed(client, process, found + 1, 0.2 + 3 * generator.random(), generator)
            except OSError as error:
                fine = check(False, f"start {kill + 1}: {error}")
                break
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            answers += len(answered)
            promised = [number for number, moment in answered if policy == "always" or moment < killed - LATEST]
            wanted = promised[-1] if promised else found
            looked = volumes.when_free(options[0], "check", disk)
            check("all is well" in looked.stdout, f"kill {kill + 1}: {looked.stdout.strip()}{looked.stderr.strip()}")
        with open(f"{folder}/console", encoding="utf-8", errors="replace") as console:
            text = console.read()
        if not check(answers > 1000 or options[2] == "qemu" and answers > 200, f"{answers} answers in all") or not fine:
            print(text)
    hosted.finish()


main()
