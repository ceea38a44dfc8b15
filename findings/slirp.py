# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A network card that is a few lines of Python, on QEMU's user-mode network (libslirp), for the scripts beside this file: a hub
joins the two, so no guest is needed."""

import socket
import struct
import subprocess

MAC = bytes.fromhex("525400123456")


class Card:
    """`kind` tcp or udp: a free port of the host's is forwarded to `guest_port` of 10.0.2.15."""

    def __init__(self, kind, guest_port):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        wire = socket.create_server(("127.0.0.1", 0))
        self.qemu = subprocess.Popen(["qemu-system-x86_64", "-L", "usr/share/qemu", "-L", "usr/share/seabios", "-M", "microvm", "-accel",
                                      "tcg", "-nodefaults", "-no-user-config", "-display", "none", "-m", "64",
                                      "-netdev", f"user,id=u,hostfwd={kind}:127.0.0.1:{self.port}-10.0.2.15:{guest_port}",
                                      "-netdev", f"socket,id=s,connect=127.0.0.1:{wire.getsockname()[1]}",
                                      "-netdev", "hubport,hubid=0,id=a,netdev=u", "-netdev", "hubport,hubid=0,id=b,netdev=s"])
        wire.settimeout(30)
        self.socket, _ = wire.accept()

    def frame(self, seconds):
        """The next one; TimeoutError when none comes in time. A length of 4 bytes stands before each."""
        self.socket.settimeout(seconds)
        head = self.socket.recv(4, socket.MSG_WAITALL)
        return self.socket.recv(struct.unpack("!I", head)[0], socket.MSG_WAITALL)

    def send(self, frame):
        self.socket.sendall(struct.pack("!I", len(frame)) + frame)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.qemu.kill()
