# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What lies where in a snapshot's file (monitor/checkpoint.cpp, monitor/guest/snapshot_index.h), to be read and forged."""

import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support.packets import crc32c  # noqa: E402

PAGE = 4096
LIST, SUMS = PAGE, 2 * PAGE
MOST_RUNS, MOST_PAGES = 511, 1024


def memory_at(content):
    """Where memory begins: its length is a number of pages, each of which has four bytes in the table before it."""
    pages = (len(content) - SUMS) // PAGE
    while SUMS // PAGE + -(-pages * 4 // PAGE) + pages > len(content) // PAGE:
        pages -= 1
    return len(content) - pages * PAGE


def runs(content):
    """The list of first pages: first page and count of each run."""
    [count] = struct.unpack_from("<I", content, LIST)
    return [struct.unpack_from("<II", content, LIST + 8 + 8 * number) for number in range(count)]


def with_runs(content, wanted, count=None):
    """The file with another list, signed as the monitor does it."""
    page = bytearray(struct.pack("<II", len(wanted) if count is None else count, 0))
    for run in wanted:
        page += struct.pack("<II", *run)
    page = page[:PAGE].ljust(PAGE, b"\0")
    struct.pack_into("<I", page, 4, crc32c(page))
    return content[:LIST] + bytes(page) + content[SUMS:]
