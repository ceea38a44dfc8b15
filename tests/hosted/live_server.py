# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The guest of tests/guest/snapshot as a server with a control socket, for checks of snapshots of a running appliance."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import control, hosted, http  # noqa: E402


def state(port, path="/", tries=True):
    return dict(line.split(" ", 1) for line in (http.get(port, path, 10, tries) or "").splitlines())


class Server:
    """The guest that tells what it is, with a control socket in `folder`."""

    def __init__(self, image, wall, folder, *options):
        self.port, self.folder = http.free_port(), folder
        self.socket = os.path.join(folder, "control")
        self.machine = hosted.Machine(image, wall, "-p", f"{self.port}:80", "--control", self.socket, *options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.machine.__exit__()

    def snapshot(self, name, flags=0):
        path = os.path.join(self.folder, name)
        if os.path.exists(path):
            os.remove(path)
        return control.snapshot(self.socket, path, flags), path
