# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Counts on SIGUSR1, from inside the jail, of a guest that sleeps and of one that makes no call; the guest goes on."""

import signal
import time

import guest

g = guest.Guest()
for what in ("sleep", "spin"):
    with g.start("--arg", what) as process:
        time.sleep(0.5)
        for _ in range(3):
            process.send_signal(signal.SIGUSR1)
            time.sleep(0.2)
        alive = process.poll() is None
        process.kill()
        err = process.stderr.read()
    print(err)
    guest.same(alive, True)
    guest.expect(err, *[r"^statistics of test-debuggee after .* wall " + g.wall, r"^exits +call +\d"] * 3)
code, _, err = g.run("--stats")
guest.expect(err, r"^calls +exit +1 ")
print("SUCCESS")
