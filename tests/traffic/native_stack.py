#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The network stack and apps/http as a process under the address and undefined-behaviour sanitizers, on a tap, with all
offloads of the device and without any: pages, a large file whole and in ranges, load, malformed frames."""

import argparse
import os
import random
import re
import subprocess
import tempfile
import time

import guest

SPRAY = r"""
import socket, sys, random
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind((sys.argv[1], 0)); random.seed(9)
for _ in range(20000):
    body = bytearray(random.randbytes(random.randrange(1, 1400)))
    if random.random() < 0.7: body[0] = random.choice([0x45, 0x46, 0x4f, 0x60])
    s.send(b"\xff" * 6 + b"\x02\x00\x00\x00\x00\x09" + random.choice([b"\x08\x00", b"\x08\x06", b"\x86\xdd"]) + bytes(body))
"""

parser = argparse.ArgumentParser()
parser.add_argument("--program", required=True)
program = os.path.abspath(parser.parse_args().program)
guest.need("curl", "ping", "wrk")
large = random.Random(2).randbytes(8_000_000)

for options in ([], ["--plain"]):
    with guest.Namespace("native") as net, tempfile.TemporaryDirectory() as folder:
        for name, content in (("index.html", b"<p>page"), ("hello.txt", b"Hello, wick!\n"), ("large.bin", large)):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(content)
        with open(os.path.join(folder, "log"), "w+b") as log:
            server = subprocess.Popen(net.command(program, net.tap, f"{guest.GUEST4}/24", folder, *options), stdout=log, stderr=log)
            time.sleep(2)

            def get(*more, path="/"):
                return net.run("curl", "-s", "-m", "30", *more, f"http://{guest.GUEST4}{path}").stdout

            kind = "plain" if options else "offloads"
            guest.check(get() == b"<p>page", f"{kind}: the page")
            guest.check(net.run("ping", "-c", "2", "-i", "0.2", "-s", "5000", guest.GUEST4).returncode == 0, f"{kind}: ping in fragments")
            guest.check(get(path="/large.bin") == large, f"{kind}: 8 MB")
            guest.check(get("-r", "1000000-1999999", path="/large.bin") == large[1000000:2000000], f"{kind}: 1 MB out of them")
            guest.check(b" 400 " in get("-i", "--path-as-is", path="/%zz"), f"{kind}: a bad request")
            for field in ("Connection: keep-alive", "Connection: close"):
                said = net.run("wrk", "-t1", "-c16", "-d1", "-H", field, f"http://{guest.GUEST4}/hello.txt").stdout.decode()
                guest.check(re.search(r"Requests/sec", said) and "Socket errors" not in said, f"{kind}: wrk, {field}")
            guest.check(net.run("python3", "-c", SPRAY, net.tap).returncode == 0 and get() == b"<p>page", f"{kind}: after malformed frames")
            guest.check(server.poll() is None, f"{kind}: it lives")
            server.terminate()
            server.wait(10)
            log.seek(0)
            text = log.read().decode("utf-8", "replace")
            guest.check("ERROR" not in text and "runtime error" not in text, f"{kind}: the sanitizers are content")
            if "ERROR" in text or "runtime error" in text:
                print(text[:4000])
guest.finish()
