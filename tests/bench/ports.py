# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The ports: how large their images are, how little memory they serve with, and how fast they are beside the very same sources
compiled for Linux by the same compiler. The servers' clients go through the network without privileges, as a user's do."""

import os
import re
import statistics
import subprocess
import tempfile
import time

import guest
from guest import SCRATCH, Unavailable
from row import Row
from support import http

SIZES = {"lua": 260, "sqlite": 800, "redis": 900, "nginx": 850}  # KiB
MEMORY = {"sqlite": 4, "redis": 6, "nginx": 5}  # MiB
SPEEDTEST = ["--memdb", "--size", "40"]
LUA_WORK = """local t = {} for i = 1, 300000 do t[i] = (i * 7919) % 100003 end table.sort(t)
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local s = {} for i = 1, 100000 do s[#s + 1] = ("%d:%x"):format(i, i) end
print(t[1], fib(30), #table.concat(s), (table.concat(s):gsub("7", "")):len())
"""


def folder_of(wrap, start):
    """Where `wick build` has unpacked a source."""
    found = [name for name in os.listdir(os.path.join(guest.ROOT, "build", wrap)) if name.startswith(start)]
    if not found:
        raise Unavailable(f"the sources of {start} aren't there")
    return os.path.join(guest.ROOT, "build", wrap, found[0])


def compiled(name, sources, *options):
    """The same sources for Linux. @return the program"""
    target = os.path.join(SCRATCH, "native-" + name)
    if not os.path.exists(target):
        done = subprocess.run(["clang-19", "-O2", "-w", *options, *sources, "-o", target, "-lm", "-lpthread"], capture_output=True, text=True)
        if done.returncode:
            raise Unavailable(f"{name} can't be compiled for Linux: {done.stderr[-200:]}")
    return target


def seconds(command, given=b""):
    start = time.monotonic()
    done = subprocess.run(command, input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)
    spent = time.monotonic() - start
    if done.returncode:
        raise Unavailable(f"{command[0]} ends with {done.returncode}: {done.stdout[-200:]}")
    return spent, done.stdout.decode("utf-8", "replace")


def sizes(context):
    return [Row(f"{name}: size of the image, profile tiny, KiB", round(os.path.getsize(context.image(name, "tiny")) / 1024, 1), most)
            for name, most in SIZES.items()]


class Server:
    """An appliance, or the native program, in a `with`. @param command with {port} where its port goes"""

    def __init__(self, command, ready):
        self.port = http.free_port()
        self.command, self.ready = [word.replace("{port}", str(self.port)) for word in command], ready

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        limit = time.monotonic() + 20
        while not self.ready(self.port):
            if self.process.poll() is not None or time.monotonic() > limit:
                self.__exit__()
                raise Unavailable(f"{self.command[0]} doesn't serve")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


def redis_ready(port):
    return subprocess.run(["redis-cli", "-p", str(port), "ping"], capture_output=True).stdout == b"PONG\n"


def nginx_ready(port):
    return http.get(port, tries=False) is not None


def redis_rates(port, count, pipeline):
    done = subprocess.run(["redis-benchmark", "-p", str(port), "--csv", "-t", "set,get", "-n", str(count), "-c", "50", "-P", str(pipeline)],
                          capture_output=True, text=True, timeout=300)
    rates = dict(re.findall(r'^"(SET|GET)","([\d.]+)"', done.stdout, re.M))
    if set(rates) != {"SET", "GET"}:
        raise Unavailable(f"redis-benchmark: {(done.stdout + done.stderr)[-200:]}")
    return {name: float(rate) for name, rate in rates.items()}


def wrk_rate(port, duration):
    done = subprocess.run(["wrk", "-t1", "-c50", f"-d{duration}s", f"http://127.0.0.1:{port}/1k.txt"], capture_output=True, text=True, timeout=60)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise Unavailable(done.stdout)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])


def least(works, high, step=256):
    """In KiB, by halving: the least multiple of `step` that works."""
    low = 1024
    if not works(high):
        return None
    while high - low > step:
        middle = (low + high) // 2 // step * step
        low, high = (low, middle) if works(middle) else (middle, high)
    return high


def memory(context):
    def sqlite(size):
        done = subprocess.run([context.image("sqlite", "tiny", "hosted"), "--memory", f"{size}K"], capture_output=True, timeout=60,
                              input=b"create table t(a); insert into t values(1),(2); select sum(a) from t;")
        return done.stdout == b"3\n"

    def serves(name, port, ready, load):
        def works(size):
            try:
                with Server([context.image(name, "tiny", "hosted"), "--memory", f"{size}K", "-p", "{port}:" + port], ready) as server:
                    return load(server.port)
            except (Unavailable, subprocess.SubprocessError):
                return False
        return works

    ways = {"sqlite": sqlite, "redis": serves("redis", "6379", redis_ready, lambda port: bool(redis_rates(port, 2000, 1))),
            "nginx": serves("nginx", "80", nginx_ready, lambda port: ab_is_clean(port))}
    rows = []
    for name, works in ways.items():
        found = least(works, 16384)
        rows.append(Row(f"{name}: least memory, profile tiny, hosted, MiB", found and round(found / 1024, 2), MEMORY[name]))
    return rows


def ab_is_clean(port):
    done = subprocess.run(["ab", "-q", "-k", "-n", "2000", "-c", "50", f"http://127.0.0.1:{port}/"], capture_output=True, text=True, timeout=60)
    return re.search(r"Failed requests:\s+0\n", done.stdout) is not None


def ratios(count, one, other):
    """The median over runs side by side of one / other."""
    return round(statistics.median(one() / other() for _ in range(count)), 3)


def computing(context):
    sqlite, lua, zstd = folder_of("foreign", "sqlite3"), folder_of("sources", "lua-"), folder_of("sources", "zstd-")
    upstream = folder_of("sources", "sqlite3")
    speedtest = compiled("speedtest1", [f"{sqlite}/sqlite3.c", f"{upstream}/test/speedtest1.c"], f"-I{sqlite}", "-DSQLITE_THREADSAFE=0",
                         "-DSQLITE_OMIT_LOAD_EXTENSION")
    sources = [f"{lua}/src/{name}" for name in sorted(os.listdir(f"{lua}/src")) if name.endswith(".c") and name != "luac.c"]
    native_lua = compiled("lua", sources, "-DLUA_USE_POSIX")
    ours = context._build(os.path.join(guest.ROOT, "tests/ports/sqlite-speedtest1"), "cloud", "process")["image"]
    rows = [Row("process: SQLite's speedtest1 in memory, time over the same natively",
                ratios(context.repeats // 4, lambda: seconds([ours, *(f"--arg={word}" for word in SPEEDTEST)])[0],
                       lambda: seconds([speedtest, *SPEEDTEST])[0]), 1.0, "x")]
    image = context.image("lua", wall="process")
    rows.append(Row("process: Lua (sort, calls, strings), time over the same natively",
                    ratios(context.repeats // 4, lambda: seconds([image], LUA_WORK.encode())[0],
                           lambda: seconds([native_lua, "-"], LUA_WORK.encode())[0]), 1.02, "x"))
    found = {end: [f"{zstd}/lib/{folder}/{name}" for folder in ("common", "compress", "decompress", "dictBuilder")
                   for name in sorted(os.listdir(f"{zstd}/lib/{folder}")) if name.endswith(end)] for end in (".c", ".S")}
    programs = [f"{zstd}/programs/{name}" for name in sorted(os.listdir(f"{zstd}/programs")) if name.endswith(".c")]
    native_zstd = compiled("zstd", found[".c"] + found[".S"] + programs, f"-I{zstd}/lib", f"-I{zstd}/lib/common", "-DZSTD_MULTITHREAD",
                           "-DZSTD_LEGACY_SUPPORT=0", "-DXXH_NAMESPACE=ZSTD_")
    image = context.image("zstd", wall="process")

    def speed(command, which):
        return float(re.findall(r"([\d.]+) MB/s", seconds(command)[1])[which - 2])

    for which, what in ((0, "packing"), (1, "unpacking")):
        rows.append(Row(f"process: zstd -b3, time of {what} over the same natively",
                        ratios(context.repeats // 4, lambda: speed([native_zstd, "-b3", "-i1"], which),
                               lambda: speed([image, "--arg=-b3", "--arg=-i1"], which)), 1.02, "x"))
    return rows


NGINX_SETTINGS = """daemon off; master_process off; error_log stderr; pid {folder}/pid;
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 1000000; default_type text/plain;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


def native_nginx():
    """@return the program, by nginx' own configure and make, with the modules that it has by default but those that need PCRE and zlib"""
    native = os.path.join(SCRATCH, "native-nginx")
    if not os.path.exists(native):
        with tempfile.TemporaryDirectory(dir=SCRATCH) as copy:
            subprocess.run(["cp", "-r", folder_of("sources", "nginx-") + "/.", copy], check=True)
            for command in (["./configure", "--with-cc=clang-19", "--with-cc-opt=-O2 -w", "--without-pcre", "--without-http_rewrite_module",
                             "--without-http_gzip_module"], ["make", "-j2"]):
                made = subprocess.run(command, cwd=copy, capture_output=True, text=True)
                if made.returncode:
                    raise Unavailable(f"nginx can't be compiled for Linux: {made.stderr[-200:]}")
            os.replace(copy + "/objs/nginx", native)
    return native


def nginx(context):
    program = native_nginx()
    with tempfile.TemporaryDirectory(dir=SCRATCH) as folder:
        port = http.free_port()
        with open(folder + "/conf", "w", encoding="ascii") as file:
            file.write(NGINX_SETTINGS.format(folder=folder, port=port, root=os.path.join(guest.ROOT, "apps/nginx/www")))
        with Server([context.image("nginx", wall="hosted"), "-p", "{port}:80"], nginx_ready) as one, \
                Server([program, "-c", folder + "/conf", "-p", folder], lambda _: nginx_ready(port)):
            rate = ratios(context.repeats // 4, lambda: wrk_rate(one.port, 2), lambda: wrk_rate(port, 2))
    return [Row("hosted: nginx, a file of 1 KiB, 50 connections, rate over the same natively", rate, 1.0, "x", most=False)]


def serving(context):
    redis = folder_of("sources", "redis-")
    native = os.path.join(SCRATCH, "native-redis")
    if not os.path.exists(native):
        with tempfile.TemporaryDirectory(dir=SCRATCH) as copy:
            subprocess.run(["cp", "-r", redis + "/.", copy], check=True)
            made = subprocess.run(["make", "-C", copy + "/src", "-j2", "CC=clang-19", "MALLOC=libc", "redis-server"], capture_output=True, text=True)
            if made.returncode:
                raise Unavailable(f"Redis can't be compiled for Linux: {made.stderr[-200:]}")
            os.replace(copy + "/src/redis-server", native)
    rows = []
    ours = [context.image("redis", wall="hosted"), "-p", "{port}:6379"]
    with Server(ours, redis_ready) as one, Server([native, "--port", "{port}", "--save", ""], redis_ready) as other:
        for pipeline, count in ((1, 20_000), (16, 100_000)):
            pairs = [(redis_rates(one.port, count, pipeline), redis_rates(other.port, count, pipeline)) for _ in range(context.repeats // 4)]
            for name in ("SET", "GET"):
                rows.append(Row(f"hosted: Redis, {name}, 50 clients, pipeline {pipeline}, rate over the same natively",
                                round(statistics.median(mine[name] / theirs[name] for mine, theirs in pairs), 2), 1.2, "x", most=False))
    return rows


def ports(context):
    return sizes(context) + memory(context) + computing(context) + serving(context) + nginx(context)
