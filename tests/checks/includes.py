# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Holds the rule who may include whom: apps -> libos -> drivers-pv -> hv/abi, tools -> drivers-pv, libos and tools -> wickfs, and hv/abi, whose folder host/
is for tools and monitor alone (but its checksums, which wickfs and libos have, too), wickdb, a form of data that apps and tools share, boot stages whose layout of a disk tools write and libos reads, and within hv each floor
those below it; never upwards, never around the contract. hv's buses and drivers and its back ends, which bridge drivers to the guest, know the
class interfaces of drivers-pv too, as does the monitor, which implements them on Linux and stands on those floors of hv
that touch no hardware. Judged by where a file of that
name stands, not by include paths, so that a path added to a build file can't open a way."""

import os
import posixpath
import re
import sys

import tree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import architecture  # noqa: E402

# Part: include roots below it, and the parts that it may include.
ROOTS = {
    "abi": ["hv"], "hv": ["hv"] + [f"hv/arch/{name}" for name in architecture.ALL], "drivers-pv": ["drivers-pv"],
    "monitor": [f"monitor/arch/{name}" for name in architecture.ALL],
    "libos-public": ["libos/include", "libos/posix/include"],
    "libos": ["libos", "libos/include", "libos/posix/include", "libos/net/lwip"] + [f"libos/arch/{name}" for name in architecture.ALL],
    "tools": ["tools/wick", "tools/runtime"], "apps": [], "boot": ["boot"], "wickdb": [""], "wickfs": [],
}
MAY = {
    "abi": {"abi"},
    "abi-host": {"abi-host", "abi"},
    "hv": {"hv", "hv-drivers", "abi"},
    "hv-drivers": {"hv", "hv-drivers", "drivers-pv", "abi"},
    "drivers-pv": {"drivers-pv", "abi"},
    "monitor": {"monitor", "hv", "hv-drivers", "drivers-pv", "abi-host", "abi"},
    "libos": {"libos", "libos-public", "drivers-pv", "wickfs", "abi", "checksum", "boot"},
    "libos-public": {"libos-public"},
    "apps": {"apps", "libos-public", "wickdb"},
    "tools": {"tools", "drivers-pv", "wickfs", "wickfs-check", "abi-host", "abi", "boot", "wickdb"},
    "boot": {"boot"},
    "wickfs": {"wickfs", "checksum"},
    "wickfs-check": {"wickfs-check", "wickfs"},
    "wickdb": {"wickdb"},
}
# The floors of hv, lowest first: a folder includes itself and what is named before it.
FLOORS = ("abi", "base", "guest", "arch", "devices", "platform", "backend", "wall", "machine")
# Those that touch no hardware: the monitor, a program on Linux, stands on them.
MONITOR_MAY = {"abi", "base", "guest", "arch", "backend"}
# The rooms of the monitor, lowest first; its main program and the story of an appliance stand above all of them.
ROOMS = ("base", "jail", "network", "vsock", "guest", "keys", "machine", "devices", "debug")


def part_of(path):
    if path.startswith("wickfs/check/"):
        return "wickfs-check"  # takes a heap: for programs of the host
    if path.startswith("hv/abi/"):
        return "abi-host" if path.startswith("hv/abi/host/") else "abi"
    if re.match(r"hv/(backend|devices)/|hv/platform/\w+/\w+/bus/|hv/platform/platform\.|hv/machine/offers/|hv/machine/(boot/loaders|backends|checkpoint|drivers|keys|offer|service)\.", path):
        return "hv-drivers"
    if re.match(r"libos/(posix/)?include/", path):
        return "libos-public"
    head = path.split("/")[0]
    return head if head in MAY else None


def candidates(path, name, tree_files):
    """Every file of the tree that an #include of `name` in `path` may mean, by any part's include root. Tools and the
    monitor are built for the host, as what they share is, whose system headers bear the names of our POSIX ones. The monitor's own are named
    from the top of the tree, as its rooms bear names of hv's floors; wickfs is as well, and what the boot stages share with tools."""
    if name.startswith(("monitor/", "wickfs/", "boot/payload/")):
        return [name] if name in tree_files else []
    roots = {root for part in ROOTS.values() for root in part} | {posixpath.dirname(path)}
    if part_of(path) in ("abi-host", "tools", "monitor"):
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
        if meant == ["hv/abi/host/checksum.h"]:
            parts.add("checksum")
        if not parts:
            # A system header, a third party's or a generated one; a path that names a part of the tree is none of these.
            if re.search(r"(^|/)(hv|monitor|libos|drivers-pv|tools|apps|wickfs)/", name):
                out.append(f"{path} includes \"{name}\" by a path around the include roots")
        elif ".." in name.split("/"):
            if not parts <= MAY[part]:
                out.append(f"{path} ({part}) includes \"{name}\" of {' or '.join(sorted(map(str, parts)))}")
        elif not parts & MAY[part]:
            out.append(f"{path} ({part}) includes \"{name}\" of {' or '.join(sorted(map(str, parts)))}")
    return out


def floor_of(path):
    """The folder of hv that the file is in; None outside of hv and for hv's build files."""
    match = re.match(r"hv/([^/]+)/", path)
    return match and match[1]


def floors_met(path, text, tree_files):
    """Pairs of an include's name and the floor that it leads to."""
    for _, name in tree.INCLUDE.findall(text):
        floors = {floor_of(meant) for meant in candidates(path, name, tree_files)} - {None}
        for floor in floors:
            yield name, floor


def floor_faults(path, text, tree_files):
    own, monitor = floor_of(path), part_of(path) == "monitor"
    if not own and not monitor:
        return []
    if own and own not in FLOORS:
        return [f"{path} is on no floor of hv"]
    below = MONITOR_MAY if monitor else FLOORS[:FLOORS.index(own) + 1]
    return [f"{path} includes \"{name}\" of {floor}, which {'touches hardware' if monitor else f'stands above {own}'}"
            for name, floor in floors_met(path, text, tree_files) if floor not in below]


def room_of(path):
    """The monitor's room that the file is in; "" for what stands above the rooms, as what is compiled ahead for all of them
    does, None outside of the monitor."""
    match = re.match(r"monitor/(?:pch/|([^/]+)/)?", path)
    return match and (match[1] or "")


def room_faults(path, text, tree_files):
    own = room_of(path)
    if not own or own == "arch":
        return []
    if own not in ROOMS:
        return [f"{path} is in no room of the monitor"]
    below = ROOMS[:ROOMS.index(own) + 1]
    met = ((name, room_of(meant)) for _, name in tree.INCLUDE.findall(text) for meant in candidates(path, name, tree_files))
    return [f"{path} includes \"{name}\" of {f'room {room}' if room else 'the main program'}, which stands above {own}"
            for name, room in met if room not in below + (None, "arch")]


def mutual_pairs(texts, tree_files):
    """Pairs of hv's folders each of which includes the other. @param texts by path"""
    arrows = {(floor_of(path), floor) for path, text in texts.items() if floor_of(path)
              for _, floor in floors_met(path, text, tree_files)}
    return sorted((a, b) for a, b in arrows if a < b and (b, a) in arrows)


def self_test_floors():
    fake = {f"hv/{floor}/own.h".replace("arch/", f"arch/{architecture.NAME}/arch/") for floor in FLOORS} | {"hv/attic/own.h"}

    def bad(path, floor):
        return len(floor_faults(path, f'#include "{floor}/own.h"\n', fake))
    for height, floor in enumerate(FLOORS):
        path = f"hv/{floor}/a.cpp"
        tree.planted(0, sum(bad(path, other) for other in FLOORS[:height + 1]))
        tree.planted(len(FLOORS) - height - 1, sum(bad(path, other) for other in FLOORS[height + 1:]))
    tree.planted(1, bad("hv/attic/a.cpp", "abi"))
    tree.planted(1, bad("hv/machine/a.cpp", "attic"))
    tree.planted(0, sum(bad("monitor/guest/a.cpp", other) for other in MONITOR_MAY))
    tree.planted(4, sum(bad("monitor/guest/a.cpp", other) for other in ("devices", "platform", "wall", "machine")))
    texts = {"hv/guest/a.cpp": '#include "arch/own.h"\n', f"hv/arch/{architecture.NAME}/a.cpp": '#include "guest/own.h"\n#include "abi/own.h"\n'}
    tree.planted([("arch", "guest")], mutual_pairs(texts, fake))


def self_test_rooms():
    fake = {f"monitor/{room}/own.h" for room in ROOMS} | {"monitor/appliance.h", "monitor/attic/own.h", "hv/guest/own.h"}

    def bad(path, name):
        return len(room_faults(path, f'#include "{name}"\n', fake))
    for height, room in enumerate(ROOMS):
        path = f"monitor/{room}/a.cpp"
        tree.planted(0, sum(bad(path, f"monitor/{other}/own.h") for other in ROOMS[:height + 1]) + bad(path, "guest/own.h"))
        for other in ROOMS[height + 1:]:
            tree.planted(1, bad(path, f"monitor/{other}/own.h"))
        tree.planted(1, bad(path, "monitor/appliance.h"))
        tree.planted(0, bad("monitor/main.cpp", f"monitor/{room}/own.h"))
    tree.planted(1, bad("monitor/attic/a.cpp", "monitor/base/own.h"))
    tree.planted(1, bad("monitor/debug/a.cpp", "monitor/attic/own.h"))


def self_test():
    fake = {"hv/abi/call.h", "hv/abi/host/forward.h", "hv/platform/print.h", "libos/sched/thread.h", "drivers-pv/class/block.h",
            "libos/include/wick/log.h", "apps/x/own.h", "tools/wick/base/file.h",
            "libos/posix/include/poll.h", "monitor/guest/memory.h", "wickfs/volume.h", "wickfs/check/check.h", "hv/abi/host/checksum.h"}

    def bad(path, name):
        return len(faults_of(path, f'#include "{name}"\n', fake))
    tree.planted(0, bad("libos/boot/a.cpp", "abi/call.h") + bad("libos/boot/a.cpp", "class/block.h") +
                 bad("apps/x/main.c", "own.h") + bad("apps/x/main.c", "wick/log.h") + bad("tools/wick/a.cpp", "abi/call.h") +
                 bad("hv/machine/a.cpp", "platform/print.h") + bad("libos/a.cpp", "stdio.h") + bad("hv/devices/nvme/a.cpp", "class/block.h") +
                 bad("monitor/devices/a.cpp", "class/block.h") + bad("monitor/a.cpp", "poll.h") + bad("monitor/a.cpp", "abi/call.h") +
                 bad("monitor/devices/a.cpp", "monitor/guest/memory.h") + bad("monitor/a.cpp", "abi/host/forward.h") +
                 bad("tools/wick/a.cpp", "abi/host/forward.h") + bad("hv/abi/host/a.h", "abi/call.h") + bad("hv/abi/host/a.h", "poll.h") +
                 bad("libos/fs/a.cpp", "wickfs/volume.h") + bad("tools/wick/a.cpp", "wickfs/volume.h") + bad("wickfs/a.cpp", "wickfs/volume.h") +
                 bad("wickfs/a.cpp", "abi/host/checksum.h") + bad("tools/wick/a.cpp", "wickfs/check/check.h"))
    tree.planted(23, bad("hv/guest/a.cpp", "abi/host/forward.h") + bad("libos/boot/a.cpp", "abi/host/forward.h") +
                 bad("hv/abi/a.h", "abi/host/forward.h") + bad("hv/wall/a.cpp", "monitor/guest/memory.h") + bad("monitor/a.cpp", "sched/thread.h") +
                 bad("libos/boot/a.cpp", "monitor/guest/attic.h") + bad("libos/boot/a.cpp", "platform/print.h") + bad("drivers-pv/a.cpp", "sched/thread.h") +
                 bad("apps/x/main.c", "abi/call.h") + bad("apps/x/main.c", "sched/thread.h") +
                 bad("hv/guest/a.cpp", "class/block.h") + bad("hv/abi/a.h", "platform/print.h") +
                 bad("tools/wick/a.cpp", "platform/print.h") + bad("libos/boot/a.cpp", "../../hv/platform/print.h") +
                 bad("libos/include/wick/b.h", "sched/thread.h") + bad("hv/guest/a.cpp", "poll.h") +
                 bad("wickfs/a.cpp", "sched/thread.h") + bad("wickfs/a.cpp", "abi/host/forward.h") + bad("wickfs/a.cpp", "wickfs/check/check.h") +
                 bad("libos/fs/a.cpp", "wickfs/check/check.h") + bad("monitor/a.cpp", "wickfs/volume.h") + bad("hv/guest/a.cpp", "wickfs/volume.h") +
                 bad("apps/x/a.c", "wickfs/volume.h"))


def main():
    self_test()
    self_test_floors()
    self_test_rooms()
    tree_files = set(tree.files(tree.SOURCE))
    faults, seen = [], 0
    texts = {path: tree.text(path) for path in sorted(tree_files)}
    for path, text in texts.items():
        seen += part_of(path) is not None
        faults += faults_of(path, text, tree_files) + floor_faults(path, text, tree_files) + \
            room_faults(path, text, tree_files)
    pairs = mutual_pairs(texts, tree_files)
    print(f"{len(pairs)} pairs of hv's folders include each other")
    faults += [f"hv/{a} and hv/{b} include each other" for a, b in pairs]
    return tree.report("include rule", faults, seen)


sys.exit(main())
