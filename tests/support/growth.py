# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A disk's file that grows while an appliance has it: others see that by themselves, QEMU has to be told."""

import json
import os
import socket


def qemu_words(control):
    """For `wick run`. @param control path of a socket that QEMU makes"""
    return ["--qemu-arg=-qmp", f"--qemu-arg=unix:{control},server=on,wait=off"]


def grow(disk, size, control=None):
    """@param control the socket of a QEMU that has the disk  @return what QEMU answers, None without it"""
    if not control:
        return os.truncate(disk, size)
    with socket.socket(socket.AF_UNIX) as ends:
        ends.connect(control)
        lines = ends.makefile("rw")
        lines.readline()

        def ask(command, **arguments):
            lines.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
            lines.flush()
            while "event" in (answer := json.loads(lines.readline())):
                pass
            return answer

        ask("qmp_capabilities")
        name = os.path.basename(disk)
        disks = [each for each in ask("query-block")["return"] if each.get("inserted", {}).get("file", "").endswith(f"/{name}")]
        return ask("block_resize", device=disks[0]["device"], size=size)
