# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Standard input of `wick run` under QEMU: every byte that comes through a pipe arrives, as many at a time as there are, the
keys of QEMU's own monitor among them. The end of input is nothing that QEMU tells a guest. console_input.py WICK IMAGE"""

import os
import subprocess
import sys
import threading

LINES = b"".join(b"line %d, which is one of many\n" % i for i in range(2000)) + b"Ctrl-A and x: \1x; and a letter\n"


def main():
    wick, image = sys.argv[1:]
    with subprocess.Popen([wick, "run", image, "--vmm", "qemu", "--accel", "tcg", "--timeout", "60"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        def feed():
            run.stdin.write(LINES)
            run.stdin.flush()
        feeder = threading.Thread(target=feed)
        feeder.start()
        got = b""
        while len(got) < len(LINES) and (piece := os.read(run.stdout.fileno(), 65536)):
            got += piece.replace(b"\r", b"")
        feeder.join()
        run.terminate()
    if got == LINES:
        return f"all of {len(LINES)} bytes came back"
    at = next((i for i, (one, other) in enumerate(zip(got, LINES)) if one != other), min(len(got), len(LINES)))
    sys.exit(f"FAILED: {len(got)} of {len(LINES)} bytes came back; others from byte {at} on: {got[at:at + 60]!r}")


print(main())
