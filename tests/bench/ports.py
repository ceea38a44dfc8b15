# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The ports: how large their images are, how little memory they serve with, and how fast they are beside the very same sources
compiled for Linux by the same compiler. Servers behind `hosted` are reached by a tap, as in the native figures, and by the network
without privileges, which is one process more between them and their clients. Each figure is a subject of its own, so that one
which can't be had costs no other."""

import contextlib
import os
import re
import statistics
import subprocess
import tempfile
import time

import guest
import port_linux
import port_programs
from guest import SCRATCH, Unavailable
from port_clients import ab_is_clean, nginx_answers, redis_answers, redis_rates, wrk_rate
from row import Row
from support import http

SIZES = {"lua": 260, "sqlite": 800, "redis": 900, "nginx": 850}  # KiB
MEMORY = {"sqlite": 4, "redis": 6, "nginx": 5}  # MiB
SPEEDTEST = ["--memdb", "--size", "40"]
PROCESS = ["--wall", "process"]  # the images are those of the tests
LUA_WORK = """local t = {} for i = 1, 300000 do t[i] = (i * 7919) % 100003 end table.sort(t)
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local s = {} for i = 1, 100000 do s[#s + 1] = ("%d:%x"):format(i, i) end
print(t[1], fib(30), #table.concat(s), (table.concat(s):gsub("7", "")):len())
"""


def seconds(command, given=b""):
    start = time.monotonic()
    done = subprocess.run(command, input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
    spent = time.monotonic() - start
    if done.returncode:
        raise Unavailable(f"{command[0]} ends with {done.returncode}: {done.stdout[-200:]}")
    return spent, done.stdout.decode("utf-8", "replace")


def size(name):
    figure = f"{name}: size of the image, profile tiny, KiB"
    return figure, lambda context: [Row(figure, round(os.path.getsize(context.image(name, "tiny")) / 1024, 1), SIZES[name])]


class Server:
    """An appliance, or the native program, in a `with`. @param command with {port} where its port goes"""

    def __init__(self, command, ready, host="127.0.0.1", port=None):
        self.host, self.port = host, port or http.free_port()
        self.command, self.ready = [word.replace("{port}", str(self.port)) for word in command], ready

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        limit = time.monotonic() + 20
        while not self.ready(self.port, self.host):
            if self.process.poll() is not None or time.monotonic() > limit:
                self.__exit__()
                raise Unavailable(f"{self.command[0]} doesn't serve")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def least(works, high, step=256):
    """In KiB, by halving: the least multiple of `step` that works."""
    low = 1024
    if not works(high):
        return None
    while high - low > step:
        middle = (low + high) // 2 // step * step
        low, high = (low, middle) if works(middle) else (middle, high)
    return high


def sqlite_works(image):
    def works(size):
        try:
            done = subprocess.run([image, "--memory", f"{size}K"], capture_output=True, timeout=20,
                                  input=b"create table t(a); insert into t values(1),(2); select sum(a) from t;")
        except subprocess.TimeoutExpired:
            return False
        return done.stdout == b"3\n"
    return works


def serves(port, ready, load):
    def works_with(image):
        def works(size):
            try:
                with Server([image, "--memory", f"{size}K", "-p", "{port}:" + port], ready) as server:
                    return load(server.port)
            except (Unavailable, subprocess.SubprocessError):
                return False
        return works
    return works_with


WORKS = {"sqlite": sqlite_works, "redis": serves("6379", redis_answers, lambda port: bool(redis_rates(port, 2000, 1, limit=30))),
         "nginx": serves("80", nginx_answers, ab_is_clean)}


def memory(name):
    figure = f"{name}: least memory, profile tiny, hosted, MiB"

    def measure(context):
        found = least(WORKS[name](context.image(name, "tiny", "hosted")), 16384)
        return [Row(figure, found and round(found / 1024, 2), MEMORY[name])]
    return figure, measure


def ratios(context, one, other):
    """The median over runs by turns of one / other."""
    return round(statistics.median(one() / other() for _ in range(context.repeats // 4)), 3)


def speedtest1(context):
    ours = context._build(os.path.join(guest.ROOT, "tests/ports/sqlite-speedtest1"), "cloud", "hosted")["image"]
    native = port_programs.speedtest1()
    ratio = ratios(context, lambda: seconds([ours, *PROCESS, *(f"--arg={word}" for word in SPEEDTEST)])[0], lambda: seconds([native, *SPEEDTEST])[0])
    return [Row("process: SQLite's speedtest1 in memory, time over the same natively", ratio, 1.0, "x")]


def lua(context):
    image = context.image("lua", wall="hosted")
    native = port_programs.lua()
    ratio = ratios(context, lambda: seconds([image, *PROCESS], LUA_WORK.encode())[0], lambda: seconds([native, "-"], LUA_WORK.encode())[0])
    return [Row("process: Lua (sort, calls, strings), time over the same natively", ratio, 1.02, "x")]


def zstd(context):
    image = context.image("zstd", wall="hosted")
    native = port_programs.zstd()
    rates = [(speeds([native, "-b3", "-i1"]), speeds([image, *PROCESS, "--arg=-b3", "--arg=-i1"])) for _ in range(context.repeats // 4)]
    for which, what in ((0, "packing"), (1, "unpacking")):
        ratio = round(statistics.median(theirs[which] / mine[which] for theirs, mine in rates), 3)
        yield Row(f"process: zstd -b3, time of {what} over the same natively", ratio, 1.02, "x")


def speeds(command):
    """@return what zstd's benchmark says last of packing and of unpacking, MB/s"""
    return [float(number) for number in re.findall(r"([\d.]+) MB/s", seconds(command)[1])[-2:]]


@contextlib.contextmanager
def thrice(image, port, ready, native, native_port=None):
    """The appliance by a tap and by the network without privileges, and the native program: all serve."""
    with guest.Tap("wickbench2", "198.18.9.1", "198.18.9.2", "vnet_hdr") as tap:
        by_tap = [image, "--tap", tap.name, "--append", f"net.ipv4={tap.guest}/24 net.ipv6=off"]
        with Server(by_tap, ready, tap.guest, port) as one, Server([image, "-p", "{port}:" + str(port)], ready) as other, \
                Server(native, ready, port=native_port) as theirs:
            yield one, other, theirs


def hosted_rows(figure, target, rounds):
    """@param rounds rates of the three that serve"""
    for which, way in ((0, "by a tap"), (1, "without privileges")):
        ratio = round(statistics.median(rates[which] / rates[2] for rates in rounds), 2)
        yield Row(f"hosted: {figure}, {way}, rate over the same natively", ratio, target, "x", most=False)


def hosted_nginx(context):
    image, native = context.image("nginx", wall="hosted"), port_programs.nginx()
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        port = http.free_port()
        with open(folder + "/conf", "w", encoding="ascii") as file:
            file.write(port_programs.NGINX_SETTINGS.format(folder=folder, address=f"127.0.0.1:{port}", root=os.path.join(guest.ROOT, "apps/nginx/www")))
        with thrice(image, 80, nginx_answers, [native, "-c", folder + "/conf", "-p", folder], port) as servers:
            rates = [[wrk_rate(each.port, 2, each.host) for each in servers] for _ in range(context.repeats // 4)]
    yield from hosted_rows("nginx, a file of 1 KiB, 50 connections", 1.0, rates)


def hosted_redis(context):
    image, native = context.image("redis", wall="hosted"), port_programs.redis()
    with thrice(image, 6379, redis_answers, [native, "--port", "{port}", "--save", ""]) as servers:
        for pipeline, count in ((1, 40_000), (16, 200_000)):
            rounds = [[redis_rates(each.port, count, pipeline, each.host) for each in servers] for _ in range(context.repeats // 4)]
            for name in ("SET", "GET"):
                yield from hosted_rows(f"Redis, {name}, 50 clients, pipeline {pipeline}", 1.2, [[each[name] for each in rates] for rates in rounds])


def ports(_):
    return [*map(size, SIZES), *map(memory, MEMORY), ("process: SQLite's speedtest1", speedtest1), ("process: Lua", lua), ("process: zstd -b3", zstd),
            ("hosted: Redis", hosted_redis), ("hosted: nginx", hosted_nginx), ("microvm: Redis", port_linux.redis), ("microvm: nginx", port_linux.nginx)]
