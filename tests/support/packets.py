# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Checksums that files and packets have, and segments of TCP over IPv4, for tests that speak for themselves."""

import functools
import socket
import struct

FIN, SYN, RST, ACK = 1, 2, 4, 16


@functools.cache
def _remainders():
    table = []
    for remainder in range(256):
        for _ in range(8):
            remainder = remainder >> 1 ^ (0x82F63B78 if remainder & 1 else 0)
        table.append(remainder)
    return table


def crc32c(content):
    """RFC 3720, B.4."""
    table, crc = _remainders(), 0xFFFFFFFF
    for byte in content:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def checksum(content):
    """RFC 1071. @return two bytes, as they stand in a packet"""
    total = sum(struct.unpack(f">{(len(content) + 1) // 2}H", content + bytes(len(content) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack(">H", ~total & 0xFFFF)


def tcp4(source, to, flags, sequence, acknowledged=0, window=60000, data=b"", number=0):
    """A packet of IPv4 with a segment in it. @param source, to (address, port)  @param number identification of the packet"""
    ends = socket.inet_aton(source[0]) + socket.inet_aton(to[0])
    segment = struct.pack(">HHIIBBHHH", source[1], to[1], sequence, acknowledged, 5 << 4, flags, window, 0, 0) + data
    segment = segment[:16] + checksum(ends + struct.pack(">HH", 6, len(segment)) + segment) + segment[18:]
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), number, 0, 64, 6, 0) + ends
    return head[:10] + checksum(head) + head[12:] + segment
