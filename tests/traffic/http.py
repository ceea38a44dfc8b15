#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""apps/http behind a NAT, which also is the DHCP server: pages, ranges, HEAD, keep-alive, pipelining, conditions,
bad requests, metrics, with curl and with plain sockets."""

import socket
import subprocess
import time

import guest

arguments = guest.parse()
guest.need("curl")


def curl(*options, path="/"):
    return subprocess.run(["curl", "-s", "-m", "10", *options, f"http://127.0.0.1:{port}{path}"], capture_output=True).stdout.decode()


def raw(data, pieces=1, pause=0.0):
    """Sends bytes and reads until the server closes or is silent for a second."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        step = max(1, (len(data) + pieces - 1) // pieces)
        try:
            for at in range(0, len(data), step):
                connection.sendall(data[at:at + step])
                time.sleep(pause)
        except OSError:
            pass  # refused in the middle
        connection.settimeout(1)
        got = b""
        try:
            while piece := connection.recv(65536):
                got += piece
        except OSError:
            pass
        return got.decode("latin-1")


with guest.nat(arguments, [("tcp", 80), ("tcp", guest.METRICS_PORT)], guest.METRICS) as machine:
    port = machine.port("tcp", 80)
    guest.check(machine.wait_for(r"IPv4 address 10\.0\.2\.\d+/24, gateway 10\.0\.2\.2", 30), "an address by DHCP")
    page = curl()
    guest.check("<title>" in page, "the page")
    guest.check(curl(path="/index.html") == page, "the same by its name")
    guest.check(curl(path="/hello.txt") == "Hello, wick!\n", "13 bytes of text")
    head = curl("-I", path="/hello.txt")
    guest.check("200 OK" in head and "Content-Length: 13" in head and "text/plain" in head, "HEAD")
    guest.check("\nDate: " in head, "a date")
    guest.check(curl("-r", "7-10", path="/hello.txt") == "wick", "a range")
    guest.check(curl("-r", "-6", path="/hello.txt") == "wick!\n", "the last bytes")
    guest.check(" 416 " in curl("-i", "-r", "100-", path="/hello.txt"), "a range outside")
    tag = [line.split(" ", 1)[1].strip() for line in head.splitlines() if line.startswith("ETag:")][0]
    guest.check(" 304 " in curl("-i", "-H", f"If-None-Match: {tag}", path="/hello.txt"), "not modified")
    guest.check(" 404 " in curl("-i", path="/none"), "404")
    guest.check(" 405 " in curl("-i", "-X", "DELETE"), "405")
    guest.check(" 405 " in curl("-i", "-d", "x=1"), "405 with a body")
    guest.check(" 400 " in curl("-i", "--path-as-is", path="/../etc/passwd"), "no way out of the root")
    guest.check(" 413 " in curl("-i", "-H", "Content-Length: 99999999"), "413")
    guest.check(" 431 " in curl("-i", "-H", "X: " + "x" * 9000), "431")
    guest.check(" 505 " in raw(b"GET / HTTP/3.0\r\nHost: a\r\n\r\n"), "505")
    guest.check(" 400 " in raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), "TLS to a plain port")
    guest.check(" 400 " in raw(b"GET / HTTP/1.1\r\n\r\n"), "no Host")

    one = b"GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n"
    last = b"GET /hello.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    guest.check(raw(one * 99 + last).count("Hello, wick!") == 100, "100 pipelined requests")
    guest.check(raw(one + last, pieces=30, pause=0.01).count("Hello, wick!") == 2, "requests in small pieces")
    guest.check("Connection: keep-alive" in raw(b"GET /hello.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), "HTTP/1.0")
    reused = subprocess.run(["curl", "-sv", "-m", "10"] + [f"http://127.0.0.1:{port}/hello.txt"] * 3, capture_output=True)
    guest.check(reused.stdout.decode() == "Hello, wick!\n" * 3 and reused.stderr.count(b"Re-using") == 2, "keep-alive")

    guest.check(machine.wait_for(r"(?i)IPv6 address fec0:", 10), "an IPv6 address by SLAAC")
    guest.check(" 404 " in curl("-i", path="/metrics"), "no metrics at the service's port")
    port = machine.port("tcp", guest.METRICS_PORT)
    guest.check(" 404 " in curl("-i", path="/hello.txt"), "no files at that of the metrics")
    page = guest.metrics(curl(path="/metrics"))
    guest.check(page['http_requests_total{class="2xx"}'] > 100 and page['http_requests_total{class="4xx"}'] >= 8, "metrics count")
    guest.check(page["wick_heap_used_bytes"] > 0 and page["http_connections_open"] == 0, "metrics of the heap and connections")
    guest.check(machine.process.poll() is None, "the appliance lives")
guest.finish()
