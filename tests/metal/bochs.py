# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The same image under VT-x, in Bochs: HTTP through the 82540EM, a crash by a null pointer, and HTTP again by the guest
that hv has started in its place."""

import argparse
import os
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import bochs, http, iso  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wick-metal-") as scratch:
        disc = iso.make(options.image, scratch, "log.level=debug wick.wall=vmx")
        port = http.free_port()
        over, console = threading.Event(), []
        machine = threading.Thread(target=lambda: console.append(
            bochs.boot(disc, lambda _: over.is_set(), 100, more=bochs.network(scratch, port))))
        machine.start()
        said = [http.get(port, seconds=60)]
        http.get(port, "/crash", tries=False)
        said.append(http.get(port, seconds=30))
        over.set()
        machine.join()
    print(console[0])
    expected = ["restarts 0, last crash: none\n", "restarts 1, last crash: exception\n"]
    if said != expected or "wall vm (VT-x) on bare metal" not in console[0]:
        sys.exit(f"FAILED: the guest said {said} instead of {expected}, or the banner is missing above")
    print("SUCCESS")


main()
