# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Messages of the domain name system (RFC 1035), as far as a test's own name server needs them."""

import struct

A, CNAME, AAAA = 1, 5, 28


def name_bytes(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def record(name, kind, data):
    return name_bytes(name) + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


def read_question(message):
    """@return its name in lower case, its kind, and where it ends"""
    at, labels = 12, []
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode())
        at += 1 + message[at]
    return ".".join(labels).lower(), struct.unpack(">H", message[at + 1:at + 3])[0], at + 5


def reply(message, records=(), code=0, cut=False):
    end = read_question(message)[2]
    flags = 0x8180 | code | (0x200 if cut else 0)
    return message[:2] + struct.pack(">HHHHH", flags, 1, len(records), 0, 0) + message[12:end] + b"".join(records)
