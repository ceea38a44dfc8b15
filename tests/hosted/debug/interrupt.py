# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C while the guest makes no call, and while it sleeps: it stops, shows where it is, and goes on with every
register as it was."""

import guest

INTERRUPT = ("python import threading, os, signal",
             "python threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()", "continue")

g = guest.Guest()
said, code, out = g.session(*INTERRUPT, "bt", "stepi", "stepi", "set var released = 1", "continue",
                            options=("--arg", "spin"))
guest.expect(said, r"received signal SIGINT", r"^#0 .*spin", r"^#1 .*main", r"exited with code 052")
guest.same("registers are right" in out, True)
guest.same(code, 42)

said, code, out = g.session(*INTERRUPT, "bt", "kill", options=("--arg", "sleep"))
guest.expect(said, r"received signal SIGINT", r"^#\d+ .*sleep ", r"^#\d+ .*main ")
print("SUCCESS")
