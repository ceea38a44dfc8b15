# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A control socket that is fed with anything but a request, or asked by somebody else: refused, and the appliance lives."""

import argparse
import os
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from live_server import Server, state  # noqa: E402
from support import control, hosted  # noqa: E402
from support.hosted import check  # noqa: E402

STRANGER = """import socket, sys
connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
connection.settimeout(10)
connection.connect(sys.argv[1])
try:
    connection.send(bytes(16))
    print(connection.recv(1000))
except (BrokenPipeError, ConnectionResetError):
    print(b'')"""


def garbage(image, wall, folder):
    """Nothing of it does anything but be refused."""
    with Server(image, wall, folder) as server, tempfile.TemporaryFile() as good, tempfile.TemporaryFile() as full:
        state(server.port)
        full.write(b"x")
        full.flush()
        place = os.open(folder, os.O_RDONLY)
        plain = os.path.join(folder, "plain")
        with open(plain, "wb"):
            pass
        read_only, append = os.open(plain, os.O_RDONLY), os.open(plain, os.O_WRONLY | os.O_APPEND)
        ends_of_pipe = os.pipe()
        file = good.fileno()
        fine = control.request()
        for what, message, files in (
                ("nothing", b"", []), ("a byte", b"x", []), ("too short", fine[:-1], [file]), ("too long", fine + b"\0", [file]),
                ("a megabyte", bytes(100_000), [file]), ("another magic", control.request(magic=1), [file]),
                ("another version", control.request(version=2), [file]), ("another wish", control.request(what=7), [file]),
                ("a flag that nobody knows", control.request(flags=2), [file]), ("a question with a snapshot's flag", control.request(what=control.METRICS, flags=1), []), ("reserved bits", control.request(reserved=1), [file]),
                ("no file", fine, []), ("two files", fine, [file, full.fileno()]), ("a folder", fine, [place]), ("a file with something in it", fine, [full.fileno()]),
                ("a file to read", fine, [read_only]), ("a file to append to", fine, [append]), ("a pipe", fine, [ends_of_pipe[1]])):
            answer = control.ask(server.socket, message, files)
            check(answer is not None and answer.result == control.REFUSED and answer.sentence, f"{wall}, {what}: {answer.sentence if answer else 'no answer'}")
        answer, text = control.question(server.socket, control.METRICS)
        check(answer.result == control.DONE and "wick_guest_seconds" in text, f"{wall}: a question is answered there, too")
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as silent:
            silent.connect(server.socket)
            answer, _ = server.snapshot("behind-a-silent-one")
            check(answer.result == control.DONE, f"{wall}: who says nothing keeps nobody waiting for long")
        check(os.fstat(file).st_size == 0 and state(server.port)["kept"] == "1", f"{wall}: the appliance lives, and has written nothing")
        mode = os.stat(server.socket).st_mode & 0o777
        check(mode == 0o600, f"{wall}: the socket is its user's alone: {mode:o}")
        for each in (place, read_only, append, *ends_of_pipe):
            os.close(each)
        if os.geteuid() == 0:
            os.chmod(folder, 0o755)
            os.chmod(server.socket, 0o666)  # a mistake of somebody's
            got = subprocess.run(["setpriv", "--reuid", "65534", "--clear-groups", sys.executable, "-c", STRANGER, server.socket],
                                 capture_output=True, text=True, timeout=20, check=False)
            check(got.stdout == "b''\n", f"{wall}: another user is not even answered {got.stdout.strip()} {got.stderr[-200:]}")


parser = argparse.ArgumentParser()
parser.add_argument("--image", required=True)
options = parser.parse_args()
for each_wall in hosted.walls():
    with tempfile.TemporaryDirectory(prefix="wick-control-") as scratch:
        garbage(options.image, each_wall, scratch)
hosted.finish()
