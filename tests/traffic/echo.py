#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""apps/echo: BSD sockets over TCP and UDP, small and large, many at once, half-closed, reset."""

import random
import socket
import struct
import threading

import guest

arguments = guest.parse()


def connect():
    return socket.create_connection(("127.0.0.1", machine.port("tcp", 7)), 10)


def echo(data):
    """Sends everything, says so by a half-close, and reads until the end."""
    with connect() as connection:
        connection.settimeout(20)
        got = b""
        sender = threading.Thread(target=lambda: (connection.sendall(data), connection.shutdown(socket.SHUT_WR)))
        sender.start()
        while piece := connection.recv(65536):
            got += piece
        sender.join()
        return got


with guest.nat(arguments, [("tcp", 7), ("udp", 7)]) as machine:
    guest.check(machine.wait_for(r"IPv4 address", 30), "an address")
    guest.check(echo(b"hello") == b"hello", "TCP, a few bytes")
    large = random.Random(1).randbytes(3_000_000)
    guest.check(echo(large) == large, "TCP, 3 MB")
    clients = [connect() for _ in range(40)]
    for number, client in enumerate(clients):
        client.sendall(b"client %d" % number)
    guest.check(all(client.recv(100) == b"client %d" % number for number, client in enumerate(clients)), "40 clients at once")
    for client in clients[::2]:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    for client in clients:
        client.close()
    guest.check(echo(b"again") == b"again", "after half of them reset")

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.connect(("127.0.0.1", machine.port("udp", 7)))
        for size in (1, 100, 1400, 4000):
            data = random.Random(size).randbytes(size)
            client.send(data)
            guest.check(client.recv(65536) == data, f"UDP, {size} bytes")
guest.finish()
