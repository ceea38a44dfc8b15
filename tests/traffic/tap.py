#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""apps/http on a tap in a network namespace: static addresses, ping and HTTP over IPv4 and IPv6, gratuitous ARP, wrk
with kept and with new connections, no connection left over."""

import re
import time

import guest

arguments = guest.parse()
guest.need("ping", "curl", "wrk")


def wrk(*options):
    said = net.run("wrk", "-t1", "-c16", "-d2", *options, f"http://{guest.GUEST4}/hello.txt").stdout.decode()
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    return float(rate.group(1)) if rate else 0, said


def metrics():
    return guest.metrics(net.run("curl", "-s", "-m", "10", f"http://{guest.GUEST4}:{guest.METRICS_PORT}/metrics").stdout.decode())


with guest.Namespace("tap") as net, net.start(arguments, guest.METRICS) as machine:
    guest.check(machine.wait_for(rf"IPv4 address {guest.GUEST4}/24", 30), "a static IPv4 address")
    neighbours = ""
    for _ in range(50):
        if net.run("curl", "-s", "-m", "2", f"http://{guest.GUEST4}/hello.txt").stdout == b"Hello, wick!\n":
            break
        time.sleep(0.1)
    guest.check(net.run("ping", "-c", "3", "-i", "0.2", "-W", "2", guest.GUEST4).returncode == 0, "ping")
    guest.check(net.run("ping", "-c", "2", "-i", "0.2", "-W", "2", "-s", "8000", guest.GUEST4).returncode == 0, "ping in fragments")
    guest.check(machine.wait_for(rf"(?i)IPv6 address {guest.GUEST6}/64", 10), "a static IPv6 address")
    guest.check(net.run("ping", "-6", "-c", "3", "-i", "0.2", "-W", "2", guest.GUEST6).returncode == 0, "ping over IPv6")
    guest.check(net.run("ping", "-6", "-c", "2", "-i", "0.2", "-W", "2", "-s", "8000", guest.GUEST6).returncode == 0,
                "ping over IPv6 in fragments")
    guest.check(net.run("curl", "-s", "-m", "5", "-g", f"http://[{guest.GUEST6}]/hello.txt").stdout == b"Hello, wick!\n", "HTTP over IPv6")

    before = metrics()
    rate, said = wrk()
    after = metrics()
    requests = after['http_requests_total{class="2xx"}'] - before['http_requests_total{class="2xx"}']
    guest.check(rate > 1000 and "Socket errors" not in said and "Non-2xx" not in said, f"wrk, kept connections: {rate:.0f} a second")
    flushes = (after["wick_net_flushes_total"] - before["wick_net_flushes_total"]) / max(requests, 1)
    guest.check(flushes <= 0.5, f"{flushes:.3f} doorbells a request at 16 connections")
    rate, said = wrk("-H", "Connection: close")
    guest.check(rate > 500 and "Socket errors" not in said, f"wrk, a connection a request: {rate:.0f} a second")
    page = metrics()
    guest.check(page["wick_tcp_connections"] <= 256, f"{page['wick_tcp_connections']} connections left, TIME_WAIT included")
    guest.check(page["http_connections_open"] == 0, "no open connection left")
guest.finish()
