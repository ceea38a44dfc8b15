# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The network without privileges, from outside: what a guest can't reach, how soon the first request is answered, what
many clients that idle, don't read or vanish leave behind, and that a network process that dies is started again."""

import argparse
import os
import re
import resource
import select
import signal
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
SECRET = b"a secret of the host's"
TICKS = os.sysconf("SC_CLK_TCK")


def connect(port, seconds=20):
    return socket.create_connection(("127.0.0.1", port), seconds)


def ask(connection):
    connection.sendall(HEAD)
    return connection.recv(65536)


def serve(family, address):
    """Something that listens on this host and tells whoever comes. @return its port"""
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.bind((address, 0))
    listener.listen(8)

    def answer():
        while True:
            client, _ = listener.accept()
            client.sendall(SECRET)
            client.close()

    threading.Thread(target=answer, daemon=True).start()
    return listener.getsockname()[1]


def own_address():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return None


def check_reach(image, wall):
    """Its manifest has a list of places, so that nothing but what is opened here can be reached."""
    port, other = serve(socket.AF_INET, "0.0.0.0"), serve(socket.AF_INET, "127.0.0.1")
    closed = ["10.0.2.2", "127.0.0.1", "10.0.2.3", "0.0.0.0", "fec0::2", "::ffff:10.0.2.2", "64:ff9b::127.0.0.1", "2002:7f00:1::1"]
    closed += [own_address()] if own_address() else []
    words = [word for address in closed for word in (address, str(other if address.startswith("127") else port))]
    words += ["10.0.2.2", str(other)]
    options = ["--host-loopback", str(other), *(f"--arg={word}" for word in words)]
    result = hosted.run(hosted.command(image, wall, *options), 60)
    reached = re.findall(r"^(\S+) (\d+): reached", result.text, re.M)
    check(reached == [("10.0.2.2", str(other))], f"{wall}: of the host a guest reaches the port that was opened, and nothing else {reached}")
    check(result.text.count(SECRET.decode()) == 1 and "reach: end" in result.text, f"{wall}: it tried all")


def check_first(image, wall, starts):
    """From the moment when the guest listens: a client that was there before waits no longer than 50 ms."""
    late = []
    for _ in range(starts):
        port = http.free_port()
        with hosted.Machine(image, wall, "-p", f"{port}:80") as machine:
            limit = time.monotonic() + 20
            while True:
                try:
                    client = connect(port)
                    break
                except OSError:
                    if time.monotonic() > limit:
                        raise
            client.sendall(HEAD)
            answered, listens = None, None
            client.setblocking(False)
            while answered is None and time.monotonic() < limit:
                if listens is None and "connections" in machine.console():
                    listens = time.monotonic()
                if select.select([client], [], [], 0.0005)[0] and client.recv(100):  # sleeps: the machine needs its processors
                    answered = time.monotonic()
            client.close()
            late.append(1e9 if answered is None else 1000 * (answered - (listens or answered)))
    late.sort()
    check(late[-1] <= 50, f"{wall}: the first request is answered at most {late[-1]:.1f} ms after the guest listens, in {starts} starts")


def worker_of(machine):
    [keeper] = hosted.children(machine.process.pid)
    [worker] = hosted.children(keeper)
    return worker


def seconds_of(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def files_of(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def check_clients(image, wall, count):
    """Clients that say nothing, that ask and don't read, that vanish; then everybody is served, and nobody is busy."""
    port = http.free_port()
    with hosted.Machine(image, wall, "-p", f"{port}:80", "--arg=--idle-seconds", "--arg=60") as machine:
        machine.wait_for("connections", 20)
        with connect(port) as first:
            check(ask(first).startswith(b"HTTP/1.1 200"), f"{wall}: a request")
        worker = worker_of(machine)
        files = files_of(worker)
        idle = [connect(port) for _ in range(count)]
        time.sleep(0.5)
        before = seconds_of(worker)
        time.sleep(1)
        busy = seconds_of(worker) - before
        check(busy < 0.1, f"{wall}: {count} clients that say nothing cost {busy:.2f} s of a second")
        answers = sum(ask(client).startswith(b"HTTP/1.1 200") for client in idle)
        check(answers == count, f"{wall}: {answers} of {count} are answered")
        for client in idle:  # more than they will ever read
            client.setblocking(False)
            try:
                client.send(HEAD * 200)
            except BlockingIOError:
                pass
        time.sleep(1)
        for client in idle:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
        with connect(port) as last:
            check(ask(last).startswith(b"HTTP/1.1 200"), f"{wall}: after {count} that didn't read and vanished, a request")
        check(worker_of(machine) == worker, f"{wall}: by the same process")
        limit = time.monotonic() + 20
        while files_of(worker) > files and time.monotonic() < limit:
            time.sleep(0.1)
        check(files_of(worker) <= files, f"{wall}: no file of theirs is left open ({files_of(worker)}, {files} before)")
        before = seconds_of(worker)
        time.sleep(1)
        check(seconds_of(worker) - before < 0.05, f"{wall}: and nobody is busy")


def check_restart(image, wall):
    port = http.free_port()
    with hosted.Machine(image, wall, "-p", f"{port}:80") as machine:
        machine.wait_for("connections", 20)
        worker = worker_of(machine)
        with open(f"/proc/{worker}/environ", "rb") as file:
            check(not file.read(), f"{wall}: the network's process has no environment")
        old = connect(port)
        check(ask(old).startswith(b"HTTP/1.1 200"), f"{wall}: a request")
        os.kill(worker, signal.SIGKILL)
        with connect(port) as client:
            check(ask(client).startswith(b"HTTP/1.1 200"), f"{wall}: a request after the network's process was killed")
        check(worker_of(machine) != worker, f"{wall}: by another process")
        check(machine.wait_for(r"the network's process has ended \(signal 9\)", 5), f"{wall}: and the console says so")
        old.settimeout(5)
        try:
            gone = old.recv(1) == b""
        except ConnectionResetError:
            gone = True
        check(gone, f"{wall}: connections through it are lost, and know it")
        [keeper] = hosted.children(machine.process.pid)
        os.kill(keeper, signal.SIGKILL)
        check(machine.wait_for("the network is gone", 5), f"{wall}: without the process that starts it again, the link is down and the console says so")
        check(machine.process.poll() is None, f"{wall}: the guest goes on")


parser = argparse.ArgumentParser()
parser.add_argument("--image", required=True)
parser.add_argument("--reach", required=True)
parser.add_argument("--clients", type=int, default=500)
parser.add_argument("--starts", type=int, default=10)
arguments = parser.parse_args()
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
for name in hosted.walls():
    check_reach(arguments.reach, name)
    check_first(arguments.image, name, arguments.starts)
    check_restart(arguments.image, name)
    check_clients(arguments.image, name, arguments.clients)
hosted.finish()
