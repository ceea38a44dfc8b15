# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Takes a database out of a volume that apps/sqlite has written, written from wickdb/layout.h and apart from its code: as the file
that SQLite makes on Linux, and the write-ahead log beside it where there is one."""

import os
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support.packets import crc32c  # noqa: E402

BLOCK, CHUNK = 4096, 64 << 10


def header_of(file):
    """@return volume's bytes, database's bytes, chunks of log: of the newer header that is whole"""
    found = []
    for slot in range(2):
        file.seek(slot * BLOCK)
        data = file.read(64)
        magic, version, crc, generation, volume, database, log, _ = struct.unpack("<8sIIQQQII16x", data)
        if magic == b"WickSQLt" and version == 1 and crc == crc32c(data[:12] + bytes(4) + data[16:]):
            found.append((generation, volume, database, log))
    return max(found)[1:]


def take_out(volume, target):
    with open(volume, "rb") as file:
        end, database, log = header_of(file)
        file.seek(2 * BLOCK)
        with open(target, "wb") as out:
            out.write(file.read(database))
        if log:
            with open(target + "-wal", "wb") as out:
                for chunk in range(log):
                    file.seek(end - (chunk + 1) * CHUNK)
                    out.write(file.read(CHUNK))
