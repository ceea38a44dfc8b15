# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Makes an appliance of one test of libc++'s and runs it: by the very commands that made the one of PROJECT, whose place for a
test it takes. Writes into temporary folders of its own, beside what the build of that appliance makes."""

import json
import pathlib
import re
import shlex
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROJECT = ROOT / "tests/checks/cxx_suite"
BUILD = ROOT / "build/x86_64-dev"
OPTIONS = ["-w", "-O0", "-g0", "-UNDEBUG", "-D_LIBCPP_REMOVE_TRANSITIVE_INCLUDES"]
SECONDS = 240  # for one test to run: one changes threads some ten million times
# Read once for all tests that don't change what headers say: reading them is most of the time that a test takes.
HEADERS = """algorithm array atomic barrier bitset cassert chrono cmath compare concepts condition_variable coroutine cstdio cstdlib
cstring deque exception filesystem format forward_list fstream functional future iomanip ios iostream iterator latch limits list
locale map memory memory_resource mutex numeric optional ostream print queue random ranges regex semaphore set shared_mutex span
sstream stack stdexcept stop_token string string_view syncstream system_error thread tuple type_traits typeinfo unordered_map
unordered_set utility variant vector""".split()


def changes_headers(source, options):
    """Whether what a test defines, or is compiled with, may change what headers say to it."""
    if any(not option.startswith(("-fconstexpr-", "-W")) for option in options):
        return True
    return bool(re.search(r"#\s*(?:define|undef)\s+(?:_|NDEBUG|assert)", source.read_text(encoding="utf-8", errors="replace")))


class Appliance:
    """The commands that made the appliance of cxx_suite/."""

    def __init__(self):
        built = subprocess.run([ROOT / "wick", "build", PROJECT, "--profile", "dev", "--json"], stdout=subprocess.PIPE, text=True)
        if built.returncode:
            raise SystemExit("the suite's appliance does not build")
        self.image = pathlib.Path(json.loads(built.stdout)["image"]).name
        self.debug = self.image + ".debug"
        self.link = self.command(self.debug)
        self.object = next(word for word in self.link if word.endswith("first.cpp.o"))
        self.compile = self.command(self.object)
        self.compose = self.command(self.image)
        # Of the compiler's words those that hold for each source.
        words = [word for word in self.compile if not word.startswith("-W") and word not in ("-MD", "-g")]
        for option in ("-MQ", "-MF", "-o", "-c"):
            if option in words:
                del words[words.index(option):words.index(option) + 2]
        self.compile = [*words, *OPTIONS]
        self.scratch = tempfile.TemporaryDirectory(prefix="wick-cxx-suite-")
        header = pathlib.Path(self.scratch.name) / "headers.h"
        header.write_text("".join(f"#include <{name}>\n" for name in HEADERS), encoding="utf-8")
        self.headers = header.with_suffix(".pch")
        subprocess.run([*self.compile, "-fpch-instantiate-templates", "-x", "c++-header", str(header), "-o", str(self.headers)], cwd=BUILD, check=True)
        self.suite = next((ROOT / "build/sources").glob("libcxx-tests-19.1.7-*")) / "libcxx/test"

    @staticmethod
    def command(target):
        return shlex.split(subprocess.run(["ninja", "-C", BUILD, "-t", "commands", "-s", target], check=True, capture_output=True, text=True).stdout)

    def make(self, source, options, folder):
        """@return the image, or what was said when it could not be made"""
        objects = {self.object: str(folder / "test.o"), self.debug: str(folder / self.debug), self.image: str(folder / self.image)}
        headers = [] if changes_headers(source, options) else ["-include-pch", str(self.headers)]
        commands = [[*self.compile, *headers, f"-I{source.parent}", *options, "-c", str(source), "-o", str(folder / "test.o")],
                    [objects.get(word, word) for word in self.link] + ["-Wl,--strip-debug"],
                    [objects.get(word, word) for word in self.compose]]
        for command in commands:
            done = subprocess.run(command, cwd=BUILD, capture_output=True, text=True, errors="replace")
            if done.returncode:
                return None, (done.stderr + done.stdout).strip()
        return folder / self.image, ""

    def run(self, source, options):
        """@return what is wrong, nothing when it passes"""
        with tempfile.TemporaryDirectory(prefix="wick-cxx-suite-") as scratch:
            image, said = self.make(source, options, pathlib.Path(scratch))
            if not image:
                return "it doesn't build: " + next((line for line in said.splitlines() if "error:" in line or "asks for" in line), said[-300:])
            try:
                done = subprocess.run([image], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=SECONDS)
            except subprocess.TimeoutExpired:
                return f"it did not end in {SECONDS} s"
        said = [line for line in (done.stdout + done.stderr).strip().split("\n") if line]
        reason = next((line for line in said if "ssertion" in line or "terminat" in line), said[-1] if said else "")
        return f"exit code {done.returncode}, {reason[:200]}" if done.returncode else ""
