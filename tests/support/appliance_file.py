# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Takes an appliance's file apart and puts it together again (hv/abi/appliance.h), for tests that break it on purpose."""

import os
import struct

from support.packets import crc32c

TRAILER = struct.Struct("<QQIIQ")  # offset, length, CRC-32C, version, magic
ABI_NOTE = struct.pack("<III8s", 5, 16, 1, b"Wick")  # what stands in front of AbiNote (hv/abi/note.h)


class Appliance:
    def __init__(self, path):
        with open(path, "rb") as file:
            whole = file.read()
        self.offset, length, _, self.version, self.magic = TRAILER.unpack(whole[-TRAILER.size:])
        self.monitor = whole[:self.offset]
        self.guest = bytearray(whole[self.offset:self.offset + length])

    def write(self, path, guest=None, version=None):
        """With a checksum that is right: what is wrong with the guest must be seen otherwise."""
        guest = self.guest if guest is None else guest
        trailer = TRAILER.pack(self.offset, len(guest), crc32c(guest), version or self.version, self.magic)
        return write(path, self.monitor + bytes(guest) + trailer)


def write(path, content):
    """@return the path of an executable file"""
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, 0o755)
    return path
