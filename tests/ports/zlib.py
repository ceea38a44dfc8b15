# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""minigzip behind both walls: what it packs, Python's gzip unpacks to the same bytes, and the other way round; a damaged file is
told; zlib's own test program ends well. zlib.py IMAGE EXAMPLE"""

import gzip
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted  # noqa: E402
from support.hosted import check  # noqa: E402

BYTES = b"".join(bytes([i % 251]) * (i % 17) for i in range(20_000)) + random.Random(1).randbytes(30_000)


def main():
    image, example = sys.argv[1:]
    for wall in hosted.walls():
        def piped(given, *words):
            return subprocess.run(hosted.command(image, wall, *(f"--arg={word}" for word in words)), input=given, capture_output=True, timeout=60)

        packed = piped(BYTES, "-9")
        check(packed.returncode == 0 and len(packed.stdout) < len(BYTES) and gzip.decompress(packed.stdout) == BYTES,
              f"{wall}: {len(BYTES)} bytes become {len(packed.stdout)}, and Python unpacks the same")
        check(piped(gzip.compress(BYTES), "-d").stdout == BYTES, f"{wall}: it unpacks what Python has packed")
        damaged = bytearray(packed.stdout)
        damaged[len(damaged) // 2] ^= 1
        done = piped(bytes(damaged), "-d")
        check(done.returncode != 0 and done.stdout != BYTES, f"{wall}: a damaged file is told")
        done = hosted.run(hosted.command(example, wall), 120)
        said = done.text + done.errors
        tests = ("uncompress(): hello", "gzgets() after gzseek:  hello!", "inflate(): hello", "large_inflate(): OK",
                 "after inflateSync(): hel", "inflate with dictionary: hello")
        passed = sum(text in said for text in tests)
        check(done.code == 0 and passed == len(tests), f"{wall}: zlib's example")
        hosted.upstream(f"zlib's example behind {wall}", passed, len(tests))
    hosted.finish()


main()
