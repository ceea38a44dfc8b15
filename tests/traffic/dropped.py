#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""10,000 connections to apps/http that are opened and dropped, closed or reset, some with half a request, leave the heap
where it was; more connections than allowed displace the longest idle and the server lives; of 10,000 SYNs whose senders never
answer none keeps a client out. On a tap: the NAT would accept too slowly."""

import socket
import struct
import threading
import time

import guest
from packets import SYN, tcp4

COUNT = 10000
arguments = guest.parse()


def open_one(port=80):
    return socket.create_connection((guest.GUEST4, port), 10)


def page():
    with open_one(guest.METRICS_PORT) as connection:
        connection.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        got = b""
        while piece := connection.recv(65536):
            got += piece
    return guest.metrics(got.decode().split("\r\n\r\n", 1)[1])


def first_page():
    """The address is there before the program listens."""
    for _ in range(100):
        try:
            return page()
        except ConnectionRefusedError:
            time.sleep(0.1)


def settled():
    """Once nothing is open."""
    for _ in range(100):
        said = page()
        if said["http_connections_open"] == 0:
            break
        time.sleep(0.1)
    return said


def leave_half_open(count, pause=0.005):
    """SYNs from senders that aren't there, behind the gateway, so that nobody refuses the answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        for number in range(count):
            source = socket.inet_ntoa(struct.pack(">I", 0xC6120000 + number))  # 198.18.0.0/15 (RFC 2544)
            raw.sendto(tcp4((source, 1024 + number % 60000), (guest.GUEST4, 80), SYN, number, window=1000, number=number & 0xffff),
                       (guest.GUEST4, 0))
            if number % 50 == 49:
                time.sleep(pause)  # as a queue of the wire would lose them here


def served(seconds):
    """Asks as a client does who waits no longer than that."""
    try:
        with socket.create_connection((guest.GUEST4, 80), seconds) as connection:
            connection.sendall(b"GET /hello.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            return b"Hello" in connection.recv(4096)
    except OSError:
        return False


# A tap, not QEMU's NAT: that one listens with a backlog of one and would be what is tested.
with guest.Namespace("dropped") as net, net.machine(
        arguments.image, memory=arguments.memory, append="arg=--max-connections arg=200 " + guest.METRICS) as machine:
    guest.check(machine.wait_for(r"IPv4 address", 30), "an address")
    net.enter()
    guest.check(first_page(), "a page")
    for _ in range(20):
        page()
    before = settled()
    for number in range(COUNT):
        connection = open_one()
        if number % 4 == 1:
            connection.sendall(b"GET /hello.txt HTTP/1.1\r\nHost:")
        elif number % 4 == 2:
            connection.sendall(b"GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n")
        if number % 2:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset
        connection.close()
    after = settled()
    for name in ("wick_heap_used_bytes", "wick_net_pool_bytes"):
        guest.check(after[name] == before[name], f"{name}: {before[name]} before, {after[name]} after {COUNT} connections")
    guest.check(after["http_connections_accepted_total"] - before["http_connections_accepted_total"] > COUNT // 2, "they were real")

    crowd = []
    for _ in range(260):
        try:
            crowd.append(open_one())
        except OSError:
            pass
    time.sleep(1)
    alive = 0
    for connection in crowd:
        try:
            connection.settimeout(0.5)
            connection.sendall(b"GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n")
            alive += b"Hello" in connection.recv(4096)
        except OSError:
            pass
    for connection in crowd:
        connection.close()
    guest.check(150 <= alive <= 200, f"{alive} of 260 connections served, the others displaced")
    last = settled()
    guest.check(last["http_connections_displaced_total"] >= 60, f"{last['http_connections_displaced_total']} displaced")
    guest.check(last["wick_heap_used_bytes"] == before["wick_heap_used_bytes"], "the heap is where it was")

    leave_half_open(COUNT)
    guest.check(served(0.9), f"a client is served at once behind {COUNT} connections that stay half open")
    # Who answers before the backlog has been filled anew gets in: some 2,000 a second leave it more than 100 ms.
    flooding = threading.Thread(target=leave_half_open, args=(COUNT // 2, 0.025))
    flooding.start()
    during = [served(3) for _ in range(20)]
    flooding.join()
    guest.check(all(during), f"{sum(during)} of 20 are while more arrive")
    flooded = page()
    guest.check(flooded["wick_net_pool_bytes"] == before["wick_net_pool_bytes"] and
                flooded["wick_heap_used_bytes"] - before["wick_heap_used_bytes"] < 65536,
                f"{flooded['wick_heap_used_bytes'] - before['wick_heap_used_bytes']} more bytes of the heap are used")
guest.finish()
