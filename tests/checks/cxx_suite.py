# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Runs libc++'s own tests in the guest, an appliance behind the wall `process` each.

    cxx_suite.py [--only TEXT]

Which folders of the suite, and what of them is left out or fails, with the reason, is in cxx_suite.txt beside this file. A
test that fails and is not there, or passes and is said to fail, fails this one. A test says itself what it needs of a
system, in the words of libc++'s own runner; HAS has what there is. The sources are those of a wrap; cxx_suite/ has the
appliance whose commands compile, link and compose each."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
BUILD = ROOT / "build/x86_64-dev"
# Features of libc++'s own runner that hold here.
HAS = {"c++23", "stdlib=libc++", "stdlib=llvm-libc++", "clang", "clang-19", "gcc-style-warnings", "has-64-bit-atomics", "c++experimental",
       "has-fconstexpr-steps", "has-unix-headers", "libcpp-abi-version=2", "libcpp-hardening-mode=fast",
       "target=x86_64-unknown-none-elf", "-fsized-deallocation", "with-pstl", "verify-support", "diagnose-if-support", "libcpp-pstl-backend-serial"}
OPTIONS = ["-w", "-O0", "-g0", "-UNDEBUG", "-D_LIBCPP_REMOVE_TRANSITIVE_INCLUDES"]
SECONDS = 60  # for one test to run
# Read once for all tests that don't change what headers say: reading them is most of the time that a test takes.
HEADERS = """algorithm array atomic barrier bitset cassert chrono cmath compare concepts condition_variable coroutine cstdio cstdlib
cstring deque exception filesystem format forward_list fstream functional future iomanip ios iostream iterator latch limits list
locale map memory memory_resource mutex numeric optional ostream print queue random ranges regex semaphore set shared_mutex span
sstream stack stdexcept stop_token string string_view syncstream system_error thread tuple type_traits typeinfo unordered_map
unordered_set utility variant vector""".split()


def holds(expression):
    """Of a line REQUIRES, UNSUPPORTED or XFAIL: names, regular expressions in them, !, &&, || and parentheses."""
    words = re.findall(r"\|\||&&|[!()]|(?:\{\{.*?\}\}|[^\s!()&|{])+", expression)
    text = ""
    for word in words:
        if word in ("||", "&&", "!", "(", ")"):
            text += {"||": " or ", "&&": " and ", "!": " not "}.get(word, word)
            continue
        parts = re.split(r"(\{\{.*?\}\})", word)
        pattern = "".join(part[2:-2] if part.startswith("{{") else re.escape(part) for part in parts)
        text += str(any(re.fullmatch(pattern, feature) for feature in HAS))
    return eval(text, {"__builtins__": {}})  # of nothing but True, False, and, or, not


class Directives:
    """What a test's own comments ask for."""

    def __init__(self, source):
        text = source.read_text(encoding="utf-8", errors="replace")
        self.lacks = ""  # why it isn't for this system
        self.fails = any(holds(part) for line in re.findall(r"(?m)^\s*// XFAIL: (.*)", text) for part in line.split(","))
        self.options = []
        for line in re.findall(r"(?m)^\s*// REQUIRES: (.*)", text):
            self.lacks = next((f"needs {part.strip()}" for part in line.split(",") if not holds(part)), self.lacks)
        for line in re.findall(r"(?m)^\s*// UNSUPPORTED: (.*)", text):
            self.lacks = next((f"is not for {part.strip()}" for part in line.split(",") if holds(part)), self.lacks)
        for feature, line in re.findall(r"(?m)^\s*// ADDITIONAL_COMPILE_FLAGS(?:\((.*?)\))?: (.*)", text):
            if not feature or holds(feature):
                self.options += shlex.split(line)


def read_list():
    """@return folders to run, and name to (what, reason); a name that ends in / holds for what is below"""
    folders, listed = [], {}
    for number, line in enumerate(open(HERE / "cxx_suite.txt", encoding="utf-8"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if match := re.fullmatch(r"folder (\S+)", line.strip()):
            folders.append(match[1])
        elif match := re.fullmatch(r"(\S+) (left-out|fails): (.+)", line.strip()):
            listed[match[1]] = (match[2], match[3])
        else:
            sys.exit(f"cxx_suite.txt:{number}: a line is folder NAME, or NAME left-out|fails: REASON.")
    return folders, listed


def listing(listed, name):
    return listed.get(name) or next((value for key, value in listed.items() if key.endswith("/") and name.startswith(key)), None)


class Appliance:
    """The commands that made the appliance of cxx_suite/."""

    def __init__(self):
        built = subprocess.run([ROOT / "wick", "build", HERE / "cxx_suite", "--profile", "dev", "--json"], stdout=subprocess.PIPE, text=True)
        if built.returncode:
            sys.exit("the suite's appliance doesn't build")
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
        headers = [] if options or "_LIBCPP" in source.read_text(encoding="utf-8", errors="replace") else ["-include-pch", str(self.headers)]
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", metavar="TEXT", help="tests whose name contains this")
    only = parser.parse_args().only
    folders, listed = read_list()
    appliance = Appliance()
    names = {str(path.relative_to(appliance.suite)): path for folder in folders for path in sorted((appliance.suite / folder).rglob("*.pass.cpp"))
             if not path.name.endswith(".compile.pass.cpp")}
    wrong = [f"cxx_suite.txt: there is no test {name}" for name in listed if not any(found == name or (name[-1] == "/" and found.startswith(name)) for found in names)]
    if "exit code 99" not in appliance.run(HERE / "cxx_suite/first.cpp", []):
        sys.exit("a test that fails is not seen to: " + appliance.run(HERE / "cxx_suite/first.cpp", []))
    passed = failed = skipped = 0
    began = told = time.monotonic()
    chosen = {name: path for name, path in names.items() if only in name}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() + 1) as pool:
        asked = {}
        for name, source in chosen.items():
            directives = Directives(source)
            if directives.lacks or (listing(listed, name) or ("",))[0] == "left-out":
                skipped += 1
            else:
                asked[pool.submit(appliance.run, source, directives.options)] = (name, directives)
        for answer in concurrent.futures.as_completed(asked):
            name, directives = asked[answer]
            reason = answer.result()
            passed += not reason
            failed += bool(reason)
            should = not directives.fails and not listing(listed, name)
            if should == bool(reason):
                wrong.append(f"{name} {'fails: ' + reason if reason else 'passes, and is said to fail'}")
                print("FAILED  " + wrong[-1], flush=True)
            if time.monotonic() - told > 20:
                told = time.monotonic()
                print(f"{passed + failed} of {len(asked)} in {told - began:.0f} s, {len(wrong)} not as they should", flush=True)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    for sentence in wrong:
        print("FAILED  " + sentence)
    return 1 if wrong or not passed else 0


sys.exit(main())
