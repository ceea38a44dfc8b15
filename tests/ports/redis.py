# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Redis behind both walls, by Redis' own clients: strings, lists, hashes, scripts, transactions, expiry, publishing; 400 clients at
once; its benchmark without an error; what asks for a second process fails with a message, and so does memory's end, after which
it goes on serving; SHUTDOWN ends the machine. redis.py IMAGE"""

import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402


class Client:
    def __init__(self, port):
        self.port = port

    def __call__(self, *words):
        done = subprocess.run(["redis-cli", "-p", str(self.port), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        return (done.stdout + done.stderr).strip()

    def wait(self, seconds=20):
        limit = time.monotonic() + seconds
        while self("ping") != "PONG":
            if time.monotonic() > limit:
                return False
            time.sleep(0.05)
        return True


def bench(port, *words):
    """@return requests a second by test, and what it said of errors"""
    done = subprocess.run(["redis-benchmark", "-p", str(port), "-q", "--csv", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=300)
    rates = {name: float(rate) for name, rate in re.findall(r'^"([^"]+)","([\d.]+)"', done.stdout, re.M)}
    return rates, done.stderr


def check_data(ask, wall):
    check(ask("set", "a", "1") == "OK" and ask("incrby", "a", "41") == "42" and ask("get", "a") == "42", f"{wall}: strings")
    check(ask("rpush", "l", "x", "y", "z") == "3" and ask("lrange", "l", "0", "-1").split() == ["x", "y", "z"], f"{wall}: lists")
    check(ask("hset", "h", "f", "1.5") == "1" and ask("hincrbyfloat", "h", "f", "0.1") == "1.6", f"{wall}: hashes, floating point")
    check(ask("eval", "return redis.call('get', KEYS[1]) * 2", "1", "a") == "84", f"{wall}: Lua scripts")
    check(ask("set", "e", "1", "px", "80") == "OK" and (time.sleep(0.3), ask("get", "e"))[1] == "", f"{wall}: expiry")
    check("redis_version:7.0.15" in ask("info", "server"), f"{wall}: INFO")
    check(re.match(r"(ERR|Can't|MISCONF)", ask("bgsave")) is not None, f"{wall}: BGSAVE has no second process, and says so: {ask('bgsave')}")
    check(ask("save") == "OK", f"{wall}: SAVE writes to /tmp")


def check_memory(ask, wall):
    """More values than maxmemory has room for. Redis looks at its memory before a script, not within one: the next write is refused."""
    check(ask("config", "set", "maxmemory", "8mb") == "OK", f"{wall}: maxmemory")
    ask("eval", "for i = 1, 20000 do redis.call('set', 'm' .. i, string.rep('x', 1000)) end", "0")
    said = ask("set", "a", "2")
    check("OOM command not allowed" in said and ask("get", "m20000") == "x" * 1000, f"{wall}: memory's end is an error ({said[:80]})")
    check(ask("flushall") == "OK" and ask("set", "a", "1") == "OK", f"{wall}: after which it goes on")


def main():
    image = sys.argv[1]
    for wall in hosted.walls():
        port = http.free_port()
        with hosted.Machine(image, wall, "-p", f"{port}:6379") as machine:
            ask = Client(port)
            if not check(ask.wait(), f"{wall}: it listens"):
                continue
            check_data(ask, wall)
            for options in (("-n", "20000", "-c", "50"), ("-n", "50000", "-c", "50", "-P", "16"), ("-n", "20000", "-c", "400")):
                rates, errors = bench(port, "-t", "set,get", *options)
                check(set(rates) == {"SET", "GET"} and min(rates.values()) > 0 and "Error" not in errors, f"{wall}: redis-benchmark {options} {rates}")
            check_memory(ask, wall)
            ask("shutdown", "nosave")
            check(machine.wait_end(10) == 0, f"{wall}: SHUTDOWN ends the machine")
        with hosted.Machine(image, wall, "--memory", "24M", "-p", f"{port}:6379") as machine:
            ask.wait()
            ask("eval", "for i = 1, 40000 do redis.call('set', 'm' .. i, string.rep('x', 1000)) end", "0")
            check(machine.wait_end(20) not in (0, None) and "Out Of Memory allocating" in machine.console(), f"{wall}: without maxmemory Redis says what it can't allocate")
    hosted.finish()


main()
