# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Runs picolibc's own tests in the guest: one appliance behind the wall `process` holds them all, a run of it each.

libc_suite.txt beside this file has those that are left out or fail, with the reason. A test that fails and is not there, or
passes and is said to fail, fails this one. The tests' sources are those of the wrap; the project around them is temporary.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "tests"))
from support import hosted  # noqa: E402

tests = next((root / "subprojects").glob("picolibc-*")) / "test"

# Global names that several of the programs define, which here are parts of one.
SHARED = ["handler_msg", "tests", "string", "haystack", "zero", "one", "two", "f1", "f2"]


def read_list():
    """@return name to (what, reason)"""
    listed = {}
    for number, line in enumerate(open(pathlib.Path(__file__).with_suffix(".txt"), encoding="utf-8"), 1):
        if line.strip() and not line.startswith("#"):
            match = re.fullmatch(r"(\S+) (left-out|fails): (.+)", line.strip())
            if not match:
                sys.exit(f"libc_suite.txt:{number}: a line is NAME left-out|fails: REASON.")
            listed[match[1]] = (match[2], match[3])
    return listed


def write_project(folder, sources):
    for name, source in sources.items():
        word = name.replace("-", "_").replace("/", "_")
        lines = [f"#define {shared} {word}_{shared}" for shared in SHARED if shared != source.stem]
        if source.stem == "test-sprintf-percent-n":  # musl's printf has %n, picolibc's headers speak of their own
            lines += ["#include <stdio.h>", "#undef __IO_PERCENT_N", "#define __IO_PERCENT_N 1"]
        lines += [f"#define TEST_NAME {source.stem}", f"#define main suite_{word}", f'#include "{source}"']
        (folder / f"{word}.c").write_text("\n".join(lines) + "\n")
    words = {name: name.replace("-", "_").replace("/", "_") for name in sources}
    (folder / "main.c").write_text(
        "#include <string.h>\n#include <unistd.h>\n" + "".join(f"int suite_{word}();\n" for word in words.values()) +
        "int main(int count, char** values) {\n  chdir(\"/tmp\");  // where files can be made\n" +
        "".join(f'  if (!strcmp(values[1], "{name}")) return suite_{word}(1, values);\n' for name, word in words.items()) +
        "  return 99 + 0 * count;\n}\n")
    files = ", ".join(f'"{word}.c"' for word in [*words.values(), "main"])
    (folder / "wick.toml").write_text(
        '[appliance]\nname = "libc-suite"\n\n[platform]\nwall = "process"\n\n[memory]\nsize = "64M"\n\n'
        f'[application]\nsources = [{files}]\nc_args = ["-w", "-UNDEBUG"]\n')


def run(image, name):
    """@return whether it passes, and what it said last"""
    try:
        done = subprocess.run([image, "--arg", name], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                              timeout=60)
    except subprocess.TimeoutExpired:
        return False, "it did not end in a minute"
    said = (done.stdout + done.stderr).strip().split("\n")[-1]
    return done.returncode == 0, f"exit code {done.returncode}, {said[:150]}"


def main():
    listed = read_list()
    found = {str(path.relative_to(tests).with_suffix("")): path for path in sorted([*tests.glob("*.c"), *tests.glob("libc-testsuite/*.c")])}
    wrong = [f"libc_suite.txt: there is no test {name}" for name in listed if name not in found]
    sources = {name: path for name, path in found.items() if listed.get(name, ("",))[0] != "left-out"}
    with tempfile.TemporaryDirectory(prefix="wick-libc-suite-") as scratch:
        folder = pathlib.Path(scratch)
        write_project(folder, sources)
        built = subprocess.run([root / "wick", "build", folder, "--json"], capture_output=True, text=True)
        if built.returncode:
            sys.exit("the tests don't build:\n" + built.stderr[-6000:])
        image = json.loads(built.stdout)["image"]
        # A program that ends before it looks for its test would pass each of them.
        if "exit code 99," not in run(image, "no such test")[1]:
            sys.exit("the program does not tell its tests apart: " + run(image, "no such test")[1])
        passed = 0
        for name in sources:
            passes, said = run(image, name)
            passed += passes
            should = name not in listed
            if passes != should:
                wrong.append(f"{name} {'passes, but is listed as failing' if passes else f'fails: {said}'}")
    hosted.upstream(f"picolibc's own tests, {len(found) - len(sources)} left out", passed, len(sources))
    for sentence in wrong:
        print("FAILED  " + sentence)
    return 1 if wrong else 0


sys.exit(main())
