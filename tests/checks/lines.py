# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Counts the lines of code that run with privilege behind wall `vm`: hv/ without the other walls, and the drivers that
hv links, and apart from them its key service, which only images that ask for it link. And those of the monitor, which has no privilege but stands between a guest and a Linux host: without its
user-mode network, which never sees the guest's memory, and with it. Blank lines and lines that are only comment don't
count. A test keeps each sum below what is promised."""

import os
import re
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
NOT_LINKED = ("hv/abi/host/", "hv/abi/server.h", "hv/base/pch/", "monitor/pch/", "hv/machine/none/", "hv/wall/stubs/", "drivers-pv/virtio/page.cpp", "drivers-pv/virtio/entropy",
              "drivers-pv/loopback/", "hv/devices/loopback/")
KEYS = ("hv/abi/key.h", "hv/backend/keys/", "hv/machine/keys.cpp", "hv/machine/service.h")
MOST, MOST_KEYS = 9_995, 530
MOST_MONITOR, MOST_WITH_NETWORK = 5_160, 8_426


def code_lines(path):
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    lines = (line.split("//")[0].strip() for line in text.splitlines())
    return sum(1 for line in lines if line)


def sums_of(top, without=KEYS):
    """Lines by part: the folders right below `top`, and the files there by their names."""
    sums = {}
    for folder, _, files in os.walk(os.path.join(ROOT, top)):
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), ROOT)
            if name.endswith((".cpp", ".h", ".S")) and not path.startswith(NOT_LINKED + without):
                part = "/".join(path.split("/")[:2])
                sums[part] = sums.get(part, 0) + code_lines(os.path.join(ROOT, path))
    for part, lines in sorted(sums.items()):
        print(f"{part:26}{lines:6}")
    return sums


def keys():
    """Lines of the key service, which sums_of() leaves out."""
    paths = [os.path.join(folder, name) for folder, _, files in os.walk(os.path.join(ROOT, "hv")) for name in files]
    paths = [os.path.relpath(path, ROOT) for path in paths]
    return sum(code_lines(os.path.join(ROOT, path)) for path in paths if path.startswith(KEYS) and path.endswith((".cpp", ".h")))


def main():
    total = sum(sums_of("hv").values()) + sum(sums_of("drivers-pv").values())
    monitor = sums_of("monitor")
    with_network = sum(monitor.values())
    without = with_network - monitor["monitor/network"]
    print(f"{total} lines of code run with privilege behind wall vm")
    service = keys()
    print(f"{service} more in images with a key service, and BearSSL's besides")
    print(f"the monitor has {without} without its network, {with_network} with it")
    return 0 if 1000 < total <= MOST and 100 < service <= MOST_KEYS and 1000 < without <= MOST_MONITOR and with_network <= MOST_WITH_NETWORK else 1


if __name__ == "__main__":
    sys.exit(main())
