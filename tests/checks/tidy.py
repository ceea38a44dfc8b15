# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""clang-tidy finds nothing in the sources of a build folder, by the .clang-tidy files of the tree. First it has to find
what is planted.

    python3 tests/checks/tidy.py build/x86_64-dev libos/sched     # only what lies there

It reads sources without precompiled headers: with those it would look through all their libraries for each file."""

import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import tree

TOOL = "clang-tidy-19"
PRECOMPILED = re.compile(r"\s-include-pch \S+|\s-Winvalid-pch")
# A fault each: of the names, and of what compilers accept.
PLANTED = ("constexpr int misnamed = 1;\n"
           "int Misnamed(int *pointer) { return pointer == 0 ? misnamed : *pointer; }\n"
           "unsigned long area(unsigned a, unsigned b) { return a * b; }\n")
FAULTS = ["bugprone-implicit-widening-of-multiplication-result", "modernize-use-nullptr", "readability-identifier-naming",
          "readability-identifier-naming"]


def place(path, folder):
    """@return of a path that a compiler was given in `folder`, its place in the tree; None outside of it"""
    within = os.path.relpath(os.path.realpath(os.path.join(folder, path)), tree.ROOT)
    return None if within.startswith(("..", "build/", "subprojects/")) else within


def commands(build, below):
    """@return of each C++ source of the tree that is compiled there, one command: place to entry of the database"""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    found = {}
    for entry in entries:
        path = place(entry["file"], entry["directory"])
        if path and path.endswith(".cpp") and path not in found and (not below or path.startswith(tuple(below))):
            found[path] = entry | {"file": os.path.join(tree.ROOT, path), "command": PRECOMPILED.sub("", entry["command"])}
    return found


def look(entry, folder):
    """@return lines PLACE:LINE:COLUMN: what"""
    done = subprocess.run(["nice", TOOL, "--quiet", "-p", folder, entry["file"]], cwd=entry["directory"], capture_output=True, text=True)
    found = set()
    for line in done.stdout.splitlines():
        match = re.match(r"(.+?)(:\d+:\d+): (?:warning|error): (.*)", line)
        if match and (path := place(match[1], entry["directory"])):
            found.add(f"{path}{match[2]}: {match[3]}")
    if done.returncode and not found:
        found.add(f"{entry['file']}: {TOOL} ended with {done.returncode}: {done.stderr.strip()}")
    return found


def write_database(entries, folder):
    with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump(entries, file)


def self_test(folder):
    """The file lies in the tree, since the rules that hold are those of the folders above a file."""
    path = os.path.join(tree.ROOT, "tests", f"planted-{os.getpid()}.cpp")
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(PLANTED)
        entry = {"directory": tree.ROOT, "file": path, "command": f"clang++-19 -std=c++23 -c {path}"}
        write_database([entry], folder)
        tree.planted(FAULTS, sorted(re.search(r"\[([^],]*)[^]]*\]$", line)[1] for line in look(entry, folder)))
    finally:
        os.unlink(path)


def main():
    if not shutil.which(TOOL):
        print(f"FAILED: {TOOL} is not installed: ./wick test installs what the tests need")
        return 1
    found = commands(sys.argv[1], [room.rstrip("/") + "/" for room in sys.argv[2:]])
    faults = set()
    with tempfile.TemporaryDirectory() as folder:
        self_test(folder)
        write_database(list(found.values()), folder)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for number, lines in enumerate(pool.map(lambda entry: look(entry, folder), found.values()), 1):
                faults |= lines
                if number % 20 == 0:
                    print(f"{number} of {len(found)}", flush=True)
    return tree.report(TOOL, sorted(faults), len(found))


sys.exit(main())
