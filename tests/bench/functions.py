# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Where a request's instructions are spent: a row for each function, by a plugin of QEMU's that counts how often each block runs.
What the linker has put into another function counts for that one."""

import bisect
import collections
import os
import re
import struct

from guest import SCRATCH, Load, Unavailable, built, call, server
from row import Row

MODERN = "virtio-net-pci-non-transitional"
BLOCK = struct.Struct("<QQQ")
MAX_BLOCKS = 1 << 16  # blocks.c counts so many
LEAST = 10            # instructions a request, below which a function has no row of its own


class Blocks:
    """What the plugin writes, readable while the guest runs."""

    def __init__(self):
        self.path = os.path.join(SCRATCH, f"blocks-{os.getpid()}")
        plugin = built("blocks.c", "blocks.so", "clang-19", "-O2", "-fPIC", "-shared", "{source}", "-o", "{target}")
        self.arguments = ["-plugin", f"file={plugin},blocks={self.path}"]

    def executed(self):
        """@return instructions so far, by the address of their block"""
        with open(self.path, "rb") as file:
            made, content = struct.unpack("<Q", file.read(8))[0], file.read()
        if made > MAX_BLOCKS:
            raise Unavailable(f"{made} translated blocks are more than the plugin counts")
        found = collections.Counter()
        for address, instructions, executions in BLOCK.iter_unpack(content[:made * BLOCK.size]):
            found[address] += instructions * executions
        return found


class Functions:
    """The functions of an image by address."""

    def __init__(self, debug):
        lines = re.findall(r"^([0-9a-f]+) [tTwW] (\S.*)$", call("llvm-nm-19", "-nC", debug), re.M)
        self.starts, self.names = [int(start, 16) for start, _ in lines], [name for _, name in lines]

    def name(self, address):
        at = bisect.bisect_right(self.starts, address) - 1
        return re.sub(r"\(.*|<\w[^<>]*>", "", self.names[at].replace("(anonymous namespace)::", "")) if at >= 0 else "?"


def spent(image, debug, context, connections, pci=""):
    """@param pci as guest.server() has it  @return instructions a request by function, requests"""
    blocks, functions, found = Blocks(), Functions(debug), collections.Counter()
    with server(image, context.tap, extra=blocks.arguments, pci=pci):
        Load(connections, 1)
        before = blocks.executed()
        requests = Load(connections, context.seconds).requests
        for address, count in (blocks.executed() - before).items():
            found[functions.name(address)] += count / requests
    os.unlink(blocks.path)
    return found, requests


def functions(context):
    for connections in (16, 1):
        found, requests = spent(context.image("http"), context.debug("http"), context, connections)
        context.note(f"{requests} requests at {connections}")
        where = f"http, {connections} connection{'s' * (connections > 1)}"
        rest = sum(found.values())
        yield Row(f"{where}: instructions a request", round(rest))
        for name, count in found.most_common():
            if count < LEAST:
                break
            rest -= count
            yield Row(f"{where}: {name}", round(count))
        yield Row(f"{where}: all others", round(rest))


def rings(context):
    """What of a request is the driver's, by split rings and by packed ones."""
    for rings_are, model in (("split", MODERN), ("packed", MODERN + ",packed=on")):
        found, _ = spent(context.image("http"), context.debug("http"), context, 16, model)
        own = {name: count for name, count in found.items() if "drivers::virtio" in name and round(count)}
        yield Row(f"http on {rings_are} rings: instructions a request", round(sum(found.values())))
        yield Row(f"http on {rings_are} rings: the driver's", round(sum(own.values())))
        for name, count in sorted(own.items(), key=lambda item: -item[1]):
            yield Row(f"http on {rings_are} rings: {name}", round(count))
