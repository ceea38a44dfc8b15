# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Lua in profile tiny behind the walls of Linux. The other suites run images of dev and cloud alone; compiled for size and
linked as one piece, the same sources once handed a call's number over with the wrong upper half."""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted  # noqa: E402
from support.hosted import check  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")


def main():
    built = subprocess.run([os.path.join(ROOT, "wick"), "build", os.path.join(ROOT, "apps/lua"), "--profile", "tiny", "--wall", "hosted",
                            "--json"], stdout=subprocess.PIPE, text=True)
    if built.returncode:
        sys.exit("FAILED: apps/lua does not build in profile tiny")
    image = os.path.join(ROOT, json.loads(built.stdout)["image"])
    for wall in hosted.walls():
        done = subprocess.run(hosted.command(image, wall), input="print(6 * 7, io.open('/none'))\n", capture_output=True, text=True, timeout=60)
        check(done.returncode == 0 and done.stdout.startswith("42\tnil\t/none: No such file"), f"{wall}: {done.stdout}{done.stderr}")
    hosted.finish()


main()
