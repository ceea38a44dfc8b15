# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Holds the rule who may include whom: apps -> libos -> drivers-pv -> hv/abi, hv/* -> hv/abi, tools -> hv/abi; never
upwards, never around the contract. hv's own drivers and its back ends, which bridge drivers to the guest, know the
class interfaces of drivers-pv too, as does the monitor, which implements them on Linux. Judged by where a file of that
name stands, not by include paths, so that a path added to a build file cannot open a way."""

import os
import posixpath
import re
import sys

import tree

# Part: include roots below it, and the parts that it may include.
ROOTS = {
    "abi": ["hv"], "hv": ["hv", "hv/arch/x86_64"], "drivers-pv": ["drivers-pv"],
    "libos-public": ["libos/include", "libos/posix/include"],
    "libos": ["libos", "libos/include", "libos/posix/include", "libos/arch/x86_64", "libos/net/lwip"],
    "tools": ["tools/wick"], "apps": [],
}
MAY = {
    "abi": {"abi"},
    "hv": {"hv", "hv-drivers", "abi"},
    "hv-drivers": {"hv", "hv-drivers", "drivers-pv", "abi"},
    "drivers-pv": {"drivers-pv", "abi"},
    "libos": {"libos", "libos-public", "drivers-pv", "abi"},
    "libos-public": {"libos-public"},
    "apps": {"apps", "libos-public"},
    "tools": {"tools", "abi"},
}


def part_of(path):
    if path.startswith("hv/abi/"):
        return "abi"
    if re.match(r"hv/(backend|devices/(e1000|nvme)|wall/(hosted|process))/", path):
        return "hv-drivers"
    if re.match(r"libos/(posix/)?include/", path):
        return "libos-public"
    head = path.split("/")[0]
    return head if head in MAY else None


def candidates(path, name, tree_files):
    """Every file of the tree that an #include of `name` in `path` may mean, by any part's include root. Tools and the
    monitor are built for the host, whose system headers bear the names of our POSIX ones."""
    roots = {root for part in ROOTS.values() for root in part} | {posixpath.dirname(path)}
    if part_of(path) == "tools" or re.match(r"hv/wall/(hosted|process)/", path):
        roots.discard("libos/posix/include")
    found = {posixpath.normpath(posixpath.join(root, name)) for root in roots}
    return sorted(found & tree_files)


def faults_of(path, text, tree_files):
    part = part_of(path)
    if not part:
        return []
    out = []
    for _, name in tree.INCLUDE.findall(text):
        meant = candidates(path, name, tree_files)
        parts = {part_of(candidate) for candidate in meant}
        if not parts:
            # A system header, a third party's or a generated one; a path that names a part of the tree is none of these.
            if re.search(r"(^|/)(hv|libos|drivers-pv|tools|apps)/", name):
                out.append(f"{path} includes \"{name}\" by a path around the include roots")
        elif ".." in name.split("/"):
            if not parts <= MAY[part]:
                out.append(f"{path} ({part}) includes \"{name}\" of {' or '.join(sorted(map(str, parts)))}")
        elif not parts & MAY[part]:
            out.append(f"{path} ({part}) includes \"{name}\" of {' or '.join(sorted(map(str, parts)))}")
    return out


def self_test():
    fake = {"hv/abi/call.h", "hv/core/print.h", "libos/sched/thread.h", "drivers-pv/class/block.h",
            "libos/include/wick/log.h", "apps/x/own.h", "tools/wick/base/file.h",
            "libos/posix/include/poll.h"}

    def bad(path, name):
        return len(faults_of(path, f'#include "{name}"\n', fake))
    tree.planted(0, bad("libos/boot/a.cpp", "abi/call.h") + bad("libos/boot/a.cpp", "class/block.h") +
                 bad("apps/x/main.c", "own.h") + bad("apps/x/main.c", "wick/log.h") + bad("tools/wick/a.cpp", "abi/call.h") +
                 bad("hv/core/a.cpp", "core/print.h") + bad("libos/a.cpp", "stdio.h") + bad("hv/devices/nvme/a.cpp", "class/block.h") +
                 bad("hv/wall/hosted/a.cpp", "class/block.h") + bad("hv/wall/hosted/a.cpp", "poll.h"))
    tree.planted(10, bad("libos/boot/a.cpp", "core/print.h") + bad("drivers-pv/a.cpp", "sched/thread.h") +
                 bad("apps/x/main.c", "abi/call.h") + bad("apps/x/main.c", "sched/thread.h") +
                 bad("hv/core/a.cpp", "class/block.h") + bad("hv/abi/a.h", "core/print.h") +
                 bad("tools/wick/a.cpp", "core/print.h") + bad("libos/boot/a.cpp", "../../hv/core/print.h") +
                 bad("libos/include/wick/b.h", "sched/thread.h") + bad("hv/core/a.cpp", "poll.h"))


def main():
    self_test()
    tree_files = set(tree.files(tree.SOURCE))
    faults, seen = [], 0
    for path in sorted(tree_files):
        seen += part_of(path) is not None
        faults += faults_of(path, tree.text(path), tree_files)
    return tree.report("include rule", faults, seen)


sys.exit(main())
