#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""docs/posix.md is what the libraries really define: each function of posix/names.txt is full, partial for a reason of
posix/partial.txt, or absent with what tools/wick/absent.txt says instead.

    posix_page.py BUILD-FOLDER [--write]"""

import argparse
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs/posix.md"
# Not functions but macros, in headers of the compiler or the C library; headers.py holds that those headers compile.
MACROS = {"assert", "setjmp", "sigsetjmp", "pthread_cleanup_push", "pthread_cleanup_pop"}
MACRO_HEADERS = {"stdatomic.h", "endian.h"}


def parts(text):
    """The parts of names.txt: name of the part, then header and names."""
    found = {}
    for line in text.replace("\n+", "").splitlines():
        if line.startswith("#") or not line:
            continue
        header, *names = line.split()
        if not names:
            part = found.setdefault(header, {})
        else:
            part[header] = sorted({name for word in names for name in family(word)}, key=str.lower)
    return found


def family(word):
    if not word.endswith("/"):
        return [word]
    return [word[:-1], word[:-1] + "f", word[:-1] + "l"]


def sentences(path):
    """NAME[,NAME] SENTENCE"""
    said = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            names, sentence = line.split(" ", 1)
            said |= dict.fromkeys(names.split(","), sentence)
    return said


def archives(build):
    """All that a link may draw on; what no link has asked for yet is compiled now (tools/link.in)."""
    listed = re.findall(r"(?m)^((?:\S+\.a )+)", (build / "link").read_text(encoding="utf-8"))
    names = [name for line in listed for name in line.split() if "++" not in name]
    subprocess.run(["ninja", "-C", str(build), "-f", "on-demand.ninja", *names], check=True, stdout=subprocess.DEVNULL)
    return [str(path) for path in build.rglob("*.a")]


def defined(build):
    return set(subprocess.run(["llvm-nm-19", "--defined-only", "--extern-only", "--just-symbol-name", *archives(build)], check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.split())


def rows(part, there, partial, absent):
    """A line each, and how many there are of each kind."""
    lines, counts, wrong = [], {"full": 0, "partial": 0, "absent": 0}, []
    for header, names in part.items():
        full, others = [], []
        for name in names:
            exists = name in there or name in MACROS or header in MACRO_HEADERS
            if exists and name in partial:
                others.append(f"`{name}`: partial, {partial[name]}")
                counts["partial"] += 1
            elif exists:
                full.append(f"`{name}`")
                counts["full"] += 1
            else:
                others.append(f"`{name}`: absent{', ' + absent[name] if name in absent else ''}")
                counts["absent"] += 1
            if not exists and name in partial:
                wrong.append(f"{name} is in partial.txt and doesn't exist")
        lines.append(f"| `<{header}>` | {' '.join(full) or '-'} | {'<br>'.join(merged(others)) or '-'} |")
    return lines, counts, wrong


def merged(others):
    """Names with one reason stand together."""
    groups = {}
    for line in others:
        name, _, reason = line.partition(": ")
        groups.setdefault(reason, []).append(name)
    return [f"{', '.join(names)}: {reason}" for reason, names in groups.items()]


def page(build):
    there, wrong = defined(build), []
    partial, absent = sentences(HERE / "posix/partial.txt"), sentences(ROOT / "tools/wick/absent.txt")
    names = parts((HERE / "posix/names.txt").read_text(encoding="utf-8"))
    text = ["# POSIX, function by function", "",
            "Made by [posix_page.py](../tests/checks/posix_page.py) of what the libraries define; the same script holds that it is true.",
            "What is partial is so for a reason of [partial.txt](../tests/checks/posix/partial.txt); what is absent doesn't link, and the tool says",
            "what to use ([porting.md](porting.md)).", ""]
    known = set()
    for part, headers in names.items():
        known |= {name for names in headers.values() for name in names}
        lines, counts, faults = rows(headers, there, partial, absent)
        wrong += faults
        title = "Linux and glibc, as far as ports ask for them" if part == "Linux" else part
        text += [f"## {title}", "", f"{counts['full']} full, {counts['partial']} partial, {counts['absent']} absent.", "",
                 "| header | full | else |", "|---|---|---|", *lines, ""]
    wrong += [f"{name} is in partial.txt and in no list of names" for name in sorted(set(partial) - known)]
    return "\n".join(text), wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    text, wrong = page(options.build)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != text:
        wrong.append("docs/posix.md isn't what the libraries define: run posix_page.py BUILD --write")
    for sentence in wrong:
        print(sentence)
    print("\n".join(line for line in text.splitlines() if re.match(r"\d+ full", line)))
    return 1 if wrong else 0


sys.exit(main())
