# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""An appliance's control socket (hv/abi/host/control.h), spoken to by hand: good requests, and bad ones."""

import array
import os
import socket
import struct
import time

MAGIC, VERSION, END_AFTERWARDS = 0x4c54434b, 1, 1
SNAPSHOT, METRICS, THREADS, CRASH = 1, 2, 3, 4
DONE, REFUSED, FAILED = 0, 1, 2
ANSWER = struct.Struct("=IHHQ240s")


def request(magic=MAGIC, version=VERSION, what=SNAPSHOT, flags=0, reserved=0):
    return struct.pack("=IHHII", magic, version, what, flags, reserved)


class Answer:
    def __init__(self, message):
        magic, version, self.result, stopped, sentence = ANSWER.unpack(message)
        assert (magic, version) == (MAGIC, VERSION)
        self.stopped_ms, self.sentence = stopped / 1e6, sentence.split(b"\0")[0].decode()


def ask(path, message, files=(), seconds=30):
    """@return the answer; None: the connection was closed without one"""
    return exchange(path, message, files, seconds)[0]


def question(path, what):
    """@return the answer, and the text behind it"""
    return exchange(path, request(what=what), (), 30)


def exchange(path, message, files, seconds):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.settimeout(seconds)
        limit = time.monotonic() + 5
        while connection.connect_ex(path) != 0 and time.monotonic() < limit:  # it is starting, in the place of an earlier one
            time.sleep(0.002)
        beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))] if files else []
        connection.sendmsg([message], beside)
        got = connection.recv(4096)
        return (Answer(got), connection.recv(1 << 20).decode()) if got else (None, "")


def snapshot(path, file_name, flags=0):
    """Writes a new file."""
    file = os.open(file_name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        return ask(path, request(flags=flags), [file])
    finally:
        os.close(file)
