# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Redis and nginx as microVMs under QEMU TCG beside the same programs on Debian's cloud kernel: one virtual CPU and 256 MiB for each,
a tap for each, the same clients by turns."""

import contextlib
import os
import statistics
import time

import guest
import peer
import port_programs
from guest import Unavailable
from port_clients import nginx_answers, redis_answers, redis_rates, wrk_rate
from row import Row
from support import qemu

MEMORY = "256"
TAP, HOST, GUEST = "wickbench1", "198.18.8.1", "198.18.8.2"  # of the Linux beside the appliance
ACCOUNTS = {"etc/passwd": b"root:x:0:0::/:\nnobody:x:65534:65534::/:\n", "etc/group": b"root:x:0:\nnogroup:x:65534:\n"}


def read(path):
    with open(path, "rb") as file:
        return file.read()


def wait(machine, answers, port, address, seconds):
    limit = time.monotonic() + seconds
    while not answers(port, address):
        if machine.process.poll() is not None or time.monotonic() > limit:
            raise Unavailable("a microVM doesn't serve: " + (machine.console().strip().splitlines() or ["it says nothing"])[-1])
        time.sleep(0.2)


@contextlib.contextmanager
def both(context, image, answers, port, files, command):
    """The appliance and Linux with the program, both serving. @return the addresses"""
    line = f"net.ipv4={context.tap.guest}/24 net.ipv6=off"
    own = qemu.command(image, memory=MEMORY, append=line, extra=context.tap.arguments())
    with guest.Tap(TAP, HOST, GUEST) as tap, qemu.Machine(own) as ours, peer.machine(tap, MEMORY, files, command) as linux:
        wait(ours, answers, port, context.tap.guest, 60)
        wait(linux, answers, port, tap.guest, 120)
        yield context.tap.guest, tap.guest


def redis(context):
    image, program = context.image("redis"), port_programs.redis()
    files = {"redis": read(program), "etc/redis.conf": read(os.path.join(guest.ROOT, "apps/redis/redis.conf"))}
    with both(context, image, redis_answers, 6379, files, "/redis /etc/redis.conf") as hosts:
        for pipeline, count in ((1, 15_000), (16, 80_000)):
            pairs = [[redis_rates(6379, count, pipeline, host) for host in hosts] for _ in range(context.repeats // 5)]
            for name in ("SET", "GET"):
                ratio = round(statistics.median(mine[name] / theirs[name] for mine, theirs in pairs), 2)
                yield Row(f"microvm: Redis, {name}, 50 clients, pipeline {pipeline}, rate over a Debian cloud-kernel microVM's", ratio, 2.0, "x", most=False)


def nginx(context):
    image, program = context.image("nginx"), port_programs.nginx()
    settings = port_programs.NGINX_SETTINGS.format(folder="/tmp", address="80", root="/www")
    page = read(os.path.join(guest.ROOT, "apps/nginx/www/1k.txt"))
    files = {"nginx": read(program), "etc/nginx.conf": settings.encode(), "www/1k.txt": page, **ACCOUNTS}
    with both(context, image, nginx_answers, 80, files, "/nginx -p /tmp -c /etc/nginx.conf") as hosts:
        ratio = statistics.median(mine / theirs for mine, theirs in ([wrk_rate(80, context.seconds, host) for host in hosts]
                                                                     for _ in range(context.repeats // 5)))
    return [Row("microvm: nginx, a file of 1 KiB, 50 connections, rate over a Debian cloud-kernel microVM's", round(ratio, 2), 3.0, "x", most=False)]
