# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""wick run --clones: copies of one warm server, each behind a port of its own, with a process and a name of its own; one of them
ends without the others; a start that fails leaves none. What copies can't share is refused."""

import argparse
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402

COUNT = 12


class Host:
    def __init__(self, wick, runtime):
        self.wick, self.environment = wick, dict(os.environ, XDG_RUNTIME_DIR=runtime, NO_COLOR="1")

    def __call__(self, *words):
        return subprocess.run([self.wick, *words], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, check=False)

    def names(self):
        return [line.split()[0] for line in self("ps").stdout.splitlines()[1:]]


def copies(host, image, wall):
    first = http.row_of_ports(COUNT + 2) + 2
    result = host("run", image, "--vmm", wall, "--clones", str(COUNT), "--name", "copy", "-p", f"{first}:80")
    started = dict(line.split() for line in result.stdout.splitlines())
    wanted = [f"copy-{number + 1}" for number in range(COUNT)]
    check(result.returncode == 0 and list(started) == wanted, f"{wall}: {COUNT} copies {result.stderr}")
    check(len(set(started.values())) == COUNT, f"{wall}: each is a process")
    served = [http.get(first + number, "/hello.txt") for number in range(COUNT)]
    check(served == ["Hello, wick!\n"] * COUNT, f"{wall}: each serves at its port")
    check(sorted(host.names()) == sorted(wanted), f"{wall}: wick ps knows them")
    check(host("stop", "copy-3").returncode == 0 and http.get(first + 3, "/hello.txt") == "Hello, wick!\n", f"{wall}: one ends, the others serve")

    taken = host("run", image, "--vmm", wall, "--clones", "3", "--name", "late", "-p", f"{first - 2}:80")
    check(taken.returncode != 0 and f"Port {first} of this machine is in use" in taken.stderr, f"{wall}: a port that is taken {taken.stderr}")
    check(not [name for name in host.names() if name.startswith("late")], f"{wall}: of those none is left")
    check(host("stop", "copy-*").stdout.count("stopped") == COUNT - 1, f"{wall}: all are stopped by their beginning")
    check(host.names() == [], f"{wall}: nobody is left")


def refusals(host, image, plain, wall):
    for words, sentence in ((["--clones", "0"], '"0" is no number of copies'), (["--clones", "x"], '"x" is no number of copies'),
                            (["--clones", "2", "--tap", "t0"], "can't share what --tap names"),
                            (["--clones", "2", "-p", "65535:80"], "There is no port 65536")):
        result = host("run", image, "--vmm", wall, *words)
        check(result.returncode != 0 and sentence in result.stderr, f"{wall}: {words} {result.stderr}")
    result = host("run", plain, "--vmm", wall, "--clones", "2")
    check(result.returncode != 0 and "calls checkpoint" in result.stderr, f"{wall}: without a checkpoint {result.stderr}")
    check(host.names() == [], f"{wall}: nothing was started")


parser = argparse.ArgumentParser()
parser.add_argument("--wick", required=True)
parser.add_argument("--image", required=True)
parser.add_argument("--plain", required=True, help="one that takes no checkpoint")
options = parser.parse_args()
with tempfile.TemporaryDirectory(prefix="wick-clones-") as folder:
    for each in hosted.walls():
        copies(Host(options.wick, folder), options.image, each)
        refusals(Host(options.wick, folder), options.image, options.plain, each)
hosted.finish()
