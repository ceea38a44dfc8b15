#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Clients that try to hold apps/http up: heads and bodies that never complete, one byte a second; more connections than it
takes; requests without end whose answers nobody reads. Each is ended in its time, and others are served meanwhile."""

import socket
import threading
import time

import guest

arguments = guest.parse()
LIMITS = "arg=--head-seconds arg=3 arg=--body-seconds arg=3 arg=--idle-seconds arg=6 arg=--max-connections arg=24 "
GOOD = b"GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n"


def connect():
    return socket.create_connection(("127.0.0.1", port), 10)


def served(connection=None):
    try:
        with connection or connect() as asking:
            asking.settimeout(5)
            asking.sendall(GOOD)
            return b"Hello, wick!" in asking.recv(4096)
    except OSError:
        return False


def hold(first, most=12):
    """Sends a byte twice a second. @return seconds until the server ends the connection, and what it said"""
    said = b""
    with connect() as slow:
        begun = time.monotonic()
        slow.sendall(first)
        slow.settimeout(0.5)
        while time.monotonic() - begun < most:
            try:
                slow.sendall(b"a")
                piece = slow.recv(4096)
                said += piece
                if not piece:
                    break
            except TimeoutError:
                pass
            except OSError:
                break
        return time.monotonic() - begun, said


def silence():
    """Says nothing. @return seconds until the server ends the connection, in whichever way"""
    with connect() as silent:
        begun = time.monotonic()
        silent.settimeout(12)
        try:
            silent.recv(1)
        except OSError:
            pass
        return time.monotonic() - begun


def in_turn(*works):
    """Runs them at once. @return what each gives"""
    results = [None] * len(works)

    def run(number, work):
        results[number] = work()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


with guest.nat(arguments, [("tcp", 80), ("tcp", guest.METRICS_PORT)], LIMITS + guest.METRICS) as machine:
    port = machine.port("tcp", 80)
    machine.wait_for("^http: .*connections", 30)
    guest.check(any(served() or time.sleep(0.2) for _ in range(100)), "it serves")
    head, body, silent = in_turn(lambda: hold(b"GET / HTTP/1.1\r\nX: "),
                                 lambda: hold(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n\r\n"),
                                 silence)
    guest.check(3 <= head[0] <= 6 and b" 408 " in head[1], f"a head without end is ended after {head[0]:.1f} s of 3")
    guest.check(3 <= body[0] <= 6, f"a body without end is ended after {body[0]:.1f} s of 3")
    guest.check(6 <= silent <= 9, f"a silent connection is ended after {silent:.1f} s of 6")

    crowd = [connect() for _ in range(8)]
    for one in crowd:  # those have asked: they are of more use than those that never do
        one.sendall(GOOD)
        one.recv(4096)
    time.sleep(1.5)
    idle = [connect() for _ in range(30)]
    time.sleep(0.5)
    guest.check(served(), "a full table makes room for a newcomer")
    for one in crowd + idle:
        one.close()

    greedy = [connect() for _ in range(16)]
    for one in greedy:  # 16 MiB of answers and more for each, and nobody reads them
        one.setblocking(False)
        try:
            for _ in range(400):
                one.sendall(GOOD * 1000)
        except OSError:
            pass
    guest.check(all(served() for _ in range(20)), "others are served while 16 clients read nothing")
    for one in greedy:
        one.close()
    port = machine.port("tcp", guest.METRICS_PORT)
    with connect() as asking:
        asking.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        page = b""
        while piece := asking.recv(65536):
            page += piece
    page = guest.metrics(page.decode().split("\r\n\r\n", 1)[1])
    guest.check(page["wick_heap_used_bytes"] < page["wick_heap_bytes"] // 2, f"{page['wick_heap_used_bytes'] >> 20} MiB of the heap in use")
    guest.check(page["http_connections_displaced_total"] > 0 and page["http_connections_timed_out_total"] >= 3, "and counted")
guest.finish()
