# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Runs libc++'s own tests in the guest, an appliance behind the wall `process` each.

    cxx_suite.py [--only TEXT] [--all]

Which folders of the suite, every how many'th test of each where not all of them, and what of them is left out or fails, with
the reason, is in cxx_suite.txt beside this file. A test that fails and is not there, or passes and is said to fail, fails
this one. The sources are those of a wrap; cxx_suite/ has the appliance in whose place each test comes."""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from support import hosted  # noqa: E402
from support.libcxx_appliance import PROJECT, Appliance  # noqa: E402
from support.libcxx_directives import Directives  # noqa: E402


def read_list():
    """@return folder to how many of its tests there are for one that runs; name, of a test or with a / at its end of what is
    below, to (what, reason)"""
    folders, listed = {}, {}
    for number, line in enumerate(open(HERE / "cxx_suite.txt", encoding="utf-8"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if match := re.fullmatch(r"folder (\S+?)(?: of (\d+))?", line.strip()):
            folders[match[1]] = int(match[2] or 1)
        elif match := re.fullmatch(r"(\S+) (left-out|fails): (.+)", line.strip()):
            listed[match[1]] = (match[2], match[3])
        else:
            sys.exit(f"cxx_suite.txt:{number}: a line is folder NAME[ of NUMBER], or NAME left-out|fails: REASON.")
    return folders, listed


def listing(listed, name):
    return listed.get(name) or next((value for key, value in listed.items() if key.endswith("/") and name.startswith(key)), None)


def tests_of(suite, folder):
    """@return name to source, in the order of names"""
    return {str(path.relative_to(suite)): path for path in sorted((suite / folder).rglob("*.pass.cpp")) if not path.name.endswith(".compile.pass.cpp")}


class Tally:
    """What came of a folder's tests."""

    def __init__(self):
        self.passed = self.failed = self.skipped = self.others = 0

    def text(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped" + (f", {self.others} not of the sample" if self.others else "")


def choose(folders, listed, suite, options):
    """@return tallies by folder, in which is what does not run, and what does: name, source, folder"""
    tallies, chosen, names = {folder: Tally() for folder in folders}, [], []
    for folder, every in folders.items():
        for number, (name, source) in enumerate(tests_of(suite, folder).items()):
            names.append(name)
            if options.only not in name:
                continue
            if number % every and not options.only and not options.all:
                tallies[folder].others += 1
            elif Directives(source).lacks or (listing(listed, name) or ("",))[0] == "left-out":
                tallies[folder].skipped += 1
            else:
                chosen.append((name, source, folder))
    strange = [f"cxx_suite.txt: there is no test {name}" for name in listed if not any(found == name or (name[-1] == "/" and found.startswith(name)) for found in names)]
    return tallies, chosen, strange


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", metavar="TEXT", help="all tests whose name contains this")
    parser.add_argument("--all", action="store_true", help="every test, not a sample of the larger folders")
    options = parser.parse_args()
    folders, listed = read_list()
    appliance = Appliance()
    if "exit code 99" not in appliance.run(PROJECT / "first.cpp", []):
        sys.exit("a test that fails is not seen to: " + appliance.run(PROJECT / "first.cpp", []))
    tallies, chosen, wrong = choose(folders, listed, appliance.suite, options)
    began = told = time.monotonic()
    done = collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() + 1) as pool:
        asked = {pool.submit(appliance.run, source, Directives(source).options): (name, source, folder) for name, source, folder in chosen}
        for answer in concurrent.futures.as_completed(asked):
            name, source, folder = asked[answer]
            reason = answer.result()
            done[bool(reason)] += 1
            tallies[folder].failed += bool(reason)
            tallies[folder].passed += not reason
            if bool(reason) != bool(Directives(source).fails or listing(listed, name)):
                wrong.append(f"{name} {'fails: ' + reason if reason else 'passes, and is said to fail'}")
                print("FAILED  " + wrong[-1], flush=True)
            if time.monotonic() - told > 20:
                told = time.monotonic()
                print(f"{done.total()} of {len(asked)} in {told - began:.0f} s, {len(wrong)} not as they should", flush=True)
    for folder, tally in tallies.items():
        if any(vars(tally).values()):
            print(f"{folder}: {tally.text()}")
    hosted.upstream(f"libc++'s own tests, {sum(tally.skipped for tally in tallies.values())} skipped", done[False], done.total())
    for sentence in wrong:
        print("FAILED  " + sentence)
    return 1 if wrong or not done[False] else 0


sys.exit(main())
