# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Streams between an appliance that runs itself and this host, by its Unix socket: both directions, large transfers, slow
readers, half-closed ones, refused ports, clients that leave, clients that say nonsense, and the end of the guest."""

import argparse
import fcntl
import os
import random
import socket
import struct
import sys
import tempfile
import termios
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import control as questions, hosted  # noqa: E402
from support.hosted import check  # noqa: E402

ECHO, COUNT, SOURCE, CONTROL, REFUSES, SLOW = range(1000, 1006)


def connect(path, port):
    """@return the stream to the guest's port; None when it refuses"""
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(60)
    client.connect(path)
    client.sendall(f"CONNECT {port}\n".encode())
    line = b""
    while not line.endswith(b"\n"):
        byte = client.recv(1)
        if not byte:
            return None
        line += byte
    if not (line.startswith(b"OK ") and int(line[3:]) >= 1 << 30):
        return None
    return client


def read_all(client):
    pieces = []
    while piece := client.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def send_beside(client, data):
    def work():
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def sum_of(data):
    total = 0
    for byte in data:
        total = (total * 31 + byte) & (1 << 64) - 1
    return b"%d %d\n" % (len(data), total)


def from_the_host(path, wall):
    data = random.Random(1).randbytes(3_000_001)
    client = connect(path, ECHO)
    thread = send_beside(client, data)
    check(read_all(client) == data, f"{wall}: 3 MB come back as they went, and then the end of a half-closed stream")
    thread.join()
    clients = [connect(path, ECHO) for _ in range(20)]
    for number, client in enumerate(clients):
        client.sendall(b"client %d" % number)
        client.shutdown(socket.SHUT_WR)
    check(all(read_all(client) == b"client %d" % number for number, client in enumerate(clients)), f"{wall}: 20 clients at once")
    client = connect(path, COUNT)
    few = data[:100_000]
    thread = send_beside(client, few)
    check(read_all(client) == sum_of(few), f"{wall}: a client that has ended its half hears the answer")
    thread.join()
    client = connect(path, SLOW)
    thread = send_beside(client, few)
    check(read_all(client) == sum_of(few), f"{wall}: a slow guest gets every byte")
    thread.join()
    for client in [connect(path, port) for port in (REFUSES, 1, 4_000_000_000)]:
        check(client is None, f"{wall}: a port that nobody listens at ends the client's stream")


def slow_client(path, wall):
    client = connect(path, SOURCE)
    time.sleep(0.5)
    other = connect(path, ECHO)  # while the first one takes nothing
    other.sendall(b"still there")
    other.shutdown(socket.SHUT_WR)
    check(read_all(other) == b"still there", f"{wall}: a client that reads nothing holds up nobody else")
    expected = b"".join(bytes((number + i * 7) & 255 for i in range(10000)) for number in range(400))
    check(read_all(client) == expected, f"{wall}: and gets its 4 MB in the end")
    for _ in range(5):
        connect(path, SOURCE).close()
    hold = connect(path, ECHO)
    hold.sendall(b"x" * 1000)
    hold.close()
    other = connect(path, ECHO)
    other.sendall(b"again")
    other.shutdown(socket.SHUT_WR)
    check(read_all(other) == b"again", f"{wall}: clients that leave in the middle leave the rest alone")


def nonsense(path, wall):
    for text in (b"HELLO\n", b"CONNECT\n", b"CONNECT x\n", b"CONNECT 99999999999\n", b"CONNECT 1000 \n", b"CONNECT -1\n", b"\n", b"x" * 100):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(10)
        client.connect(path)
        client.sendall(text)
        try:
            check(client.recv(10) == b"", f"{wall}: {text[:30]!r} is no call")
        except ConnectionResetError:
            check(True, f"{wall}: {text[:30]!r} is no call")
    silent = [socket.socket(socket.AF_UNIX) for _ in range(3)]
    for client in silent:
        client.connect(path)
    slow = socket.socket(socket.AF_UNIX)
    slow.settimeout(10)
    slow.connect(path)
    for byte in b"CONNECT 1000\nearly":
        slow.sendall(bytes([byte]))
        time.sleep(0.002)
    slow.shutdown(socket.SHUT_WR)
    text = read_all(slow)
    check(text.startswith(b"OK ") and text.endswith(b"\nearly"), f"{wall}: a call that comes byte by byte, and data right behind it")


def from_the_guest(path, wall):
    def ask(port):
        client = connect(path, CONTROL)
        client.sendall(b"call %d\n" % port)
        return read_all(client)
    check(ask(77) == b"errno ECONNRESET\n", f"{wall}: the guest is refused where nobody listens")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{path}_52")
    listener.listen()
    heard = []

    def serve():
        for _ in range(3):
            peer, _ = listener.accept()
            peer.settimeout(10)
            heard.append(read_all(peer))
            peer.sendall(b"hello from the host")
            peer.close()
    thread = threading.Thread(target=serve)
    thread.start()
    answers = [ask(52) for _ in range(3)]
    thread.join()
    check(answers == [b"heard hello from the host\n"] * 3 and heard == [b"hello from the guest"] * 3,
          f"{wall}: the guest calls a port of the host's, each hears the other's end")
    check(ask(53) == b"errno ECONNRESET\n", f"{wall}: and another one nobody has")


def let_fill(client):
    """Until nothing more fits between the guest and who doesn't read."""
    waiting, before = 0, -1
    while waiting != before or not waiting:
        before = waiting
        time.sleep(0.3)
        waiting = struct.unpack("i", fcntl.ioctl(client, termios.FIONREAD, bytes(4)))[0]


def end(machine, path, asked, wall):
    client, control = connect(path, SOURCE), connect(path, CONTROL)
    let_fill(client)
    control.sendall(b"end\n")
    check(read_all(control) == b"the last words", f"{wall}: what a program has sent before its end arrives")
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as late:
        late.connect(asked)
        late.send(questions.request(what=questions.METRICS))
        time.sleep(0.5)
        check(machine.process.poll() is None, f"{wall}: whom a client keeps waiting isn't ended by a question")
    read_all(client)
    check(machine.wait_end(10) == 0, f"{wall}: the appliance ends with its program")


def refused(image, wall, folder):
    done = hosted.run(hosted.command(image, wall))
    check(done.code == hosted.REFUSED and "by --vsock PATH" in done.errors, f"{wall}: without --vsock it says what it lacks")
    done = hosted.run(hosted.command(image, wall, "--vsock", f"{folder}/none/socket"))
    check(done.code == hosted.REFUSED and "can't be listened at: No such file" in done.errors, f"{wall}: a path that can't be is refused")
    done = hosted.run(hosted.command(image, wall, "--vsock", "/" + "x" * 100))
    check(done.code == hosted.REFUSED and "too long" in done.errors, f"{wall}: so is one that is too long")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    options = parser.parse_args()
    for wall in hosted.walls():
        with tempfile.TemporaryDirectory(prefix="wick-vsock-") as folder:
            path = f"{folder}/v"
            for number in range(2):  # the second finds the socket of the first
                asked = f"{folder}/questions-{number}"
                with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
                    listener.bind(asked)
                    listener.listen(1)
                    machine = hosted.Machine(options.image, wall, "--vsock", path, f"--control=/dev/fd/{listener.fileno()}", pass_fds=[listener.fileno()])
                with machine:
                    check(machine.wait_for("serving", 20), f"{wall}: it serves")
                    if number == 0:
                        done = hosted.run(hosted.command(options.image, wall, "--vsock", path))
                        check(done.code == hosted.REFUSED and "in use" in done.errors, f"{wall}: a socket that is in use is left alone")
                        from_the_host(path, wall)
                        slow_client(path, wall)
                        nonsense(path, wall)
                        from_the_guest(path, wall)
                    end(machine, path, asked, wall)
            refused(options.image, wall, folder)
    return hosted.finish()


sys.exit(main())
