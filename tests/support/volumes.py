# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""`wick volume` behind a runner that was killed: QEMU below it may take a moment more to let go of the disk."""

import subprocess
import time


def tool(wick, *words, patience=0.0):
    """@param patience seconds for which a disk that is in use is asked for again"""
    end = time.monotonic() + patience
    while True:
        done = subprocess.run([wick, "volume", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if not done.returncode or "in use" not in done.stderr or time.monotonic() >= end:
            return done
        time.sleep(0.05)


def when_free(wick, *words):
    return tool(wick, *words, patience=10)
