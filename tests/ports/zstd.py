# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""zstd behind both walls: its pipes, files in /tmp, its benchmark, with one thread and several; a damaged file is told; zstd's own
tests of its library and its thread pool. zstd.py IMAGE FUZZER POOL"""

import os
import random
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted  # noqa: E402
from support.hosted import check  # noqa: E402

BYTES = b"".join(b"line %d of a text that repeats itself\n" % (i % 977) for i in range(20_000)) + random.Random(2).randbytes(50_000)


def main():
    image, fuzzer, pool = sys.argv[1:]
    for wall in hosted.walls():
        def piped(given, *words):
            return subprocess.run(hosted.command(image, wall, *(f"--arg={word}" for word in words)), input=given, capture_output=True, timeout=120)

        for options in ((), ("-19",), ("-T3", "-5")):
            packed = piped(BYTES, *options)
            unpacked = piped(packed.stdout, "-d")
            check(packed.returncode == unpacked.returncode == 0 and len(packed.stdout) < len(BYTES) and unpacked.stdout == BYTES,
                  f"{wall}: {len(BYTES)} bytes by {options} become {len(packed.stdout)} and again the same")
        damaged = bytearray(packed.stdout)
        damaged[len(damaged) // 2] ^= 1
        check(piped(bytes(damaged), "-d").returncode != 0, f"{wall}: a damaged file is told")
        done = subprocess.run(hosted.command(image, wall, "--memory", "16M", "--arg=-19"), input=BYTES, capture_output=True, timeout=60)
        check(done.returncode == 11 and b"not enough memory" in done.stdout + done.stderr, f"{wall}: memory's end is an error")
        done = piped(b"", "-b3", "-i1")
        check(done.returncode == 0 and b"MB/s" in done.stdout + done.stderr, f"{wall}: its benchmark runs")
    wall = hosted.walls()[-1]
    done = hosted.run(hosted.command(fuzzer, wall, "--arg=-i200", "--arg=-s1"), 500)
    told = re.search(r"(\d+) fuzzer tests completed", done.text + done.errors)
    check(done.code == 0 and told and int(told[1]) == 200, f"zstd's fuzzer, its unit tests and rounds {'' if told else (done.text + done.errors)[-300:]}")
    hosted.upstream("zstd's fuzzer, rounds behind its unit tests", int(told[1]) if told else 0, 200)
    done = hosted.run(hosted.command(pool, wall), 120)
    passes = (done.text + done.errors).count("SUCCESS: ")
    check(done.code == 0 and passes and "FAIL" not in done.text + done.errors, f"zstd's pool tests {(done.text + done.errors)[-200:]}")
    hosted.upstream("zstd's pool tests", passes, None)
    hosted.finish()


main()
