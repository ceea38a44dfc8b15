# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Starts the debuggee behind a wall, and gdb on it; what the checks beside this file have in common."""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from support import hosted  # noqa: E402

SECONDS = 60


class Guest:
    def __init__(self):
        parser = argparse.ArgumentParser()
        parser.add_argument("--wall", required=True)
        parser.add_argument("--image", required=True)
        options = parser.parse_args()
        self.wall, self.image = options.wall, os.path.abspath(options.image)
        self.debug = self.image + ".debug"
        self.scratch = tempfile.mkdtemp(prefix="wick-debug-")
        hosted.need(self.wall)

    def path(self, name):
        return os.path.join(self.scratch, name)

    def start(self, *options):
        return subprocess.Popen([self.image, "--wall", self.wall, *options], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *options):
        """@return exit code, standard output, standard error"""
        process = self.start(*options)
        out, err = process.communicate(timeout=SECONDS)
        print(out, err, sep="\n")
        return process.returncode, out, err

    def gdb(self, *commands):
        line = ["gdb", "-nx", "-batch", "-ex", "set confirm off", "-ex", "set width 0", self.debug]
        for command in commands:
            line += ["-ex", command]
        # The image knows its sources relative to the project.
        root = os.path.join(os.path.dirname(os.path.abspath(__file__)), *[".."] * 3)
        said = subprocess.run(line, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=SECONDS).stdout
        print(said)
        return said

    def session(self, *commands, options=()):
        """The same for a running guest. @return what gdb said, the guest's exit code and what it said"""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = self.start("--gdb", str(port), *options)
        process.stderr.readline()  # it waits now
        said = self.gdb(f"target remote 127.0.0.1:{port}", *commands)
        out, err = process.communicate(timeout=SECONDS)
        print(out, err, sep="\n")
        return said, process.returncode, out


def expect(text, *patterns):
    """Each must be found, in this order."""
    at = 0
    for pattern in patterns:
        found = re.compile(pattern, re.M).search(text, at)
        if not found:
            sys.exit(f"FAILED: \"{pattern}\" is missing")
        at = found.end()


def same(is_value, wanted):
    if is_value != wanted:
        sys.exit(f"FAILED: {is_value!r} instead of {wanted!r}")
