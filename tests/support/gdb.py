# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""As much of GDB's remote protocol (GDB manual, appendix E) as it takes to stop a machine of QEMU's, look and meddle."""

import socket
import time


class Gdb:
    def __init__(self, path, seconds=60):
        end = time.monotonic() + seconds
        while True:
            try:
                self.socket = socket.socket(socket.AF_UNIX)
                self.socket.connect(path)
                break
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        self.socket.settimeout(seconds)
        self.bytes = b""

    def _byte(self):
        if not self.bytes:
            self.bytes = self.socket.recv(65536)
            if not self.bytes:
                raise ConnectionError("QEMU closed the connection")
        first, self.bytes = self.bytes[:1], self.bytes[1:]
        return first

    def answer(self):
        while self._byte() != b"$":
            pass
        text = b""
        while (byte := self._byte()) != b"#":
            text += byte
        self._byte(), self._byte()
        self.socket.sendall(b"+")
        return text.decode()

    def send(self, text):
        self.socket.sendall(f"${text}#{sum(text.encode()) & 0xff:02x}".encode())

    def ask(self, text):
        self.send(text)
        return self.answer()

    def stop(self):
        self.socket.sendall(b"\x03")
        return self.answer()

    def go_on(self):
        self.send("c")

    def read(self, address, count=1):
        return bytes.fromhex(self.ask(f"m{address:x},{count:x}"))

    def write(self, address, data):
        return self.ask(f"M{address:x},{len(data):x}:{data.hex()}") == "OK"
