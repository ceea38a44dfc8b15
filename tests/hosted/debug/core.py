# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A crash leaves a core file that gdb opens with a back-trace; a good end leaves nothing in it."""

import os

import guest

g = guest.Guest()
core = g.path("core")
code, _, _ = g.run("--core", core, "--arg", "crash")
guest.same(code, 139)
said = g.gdb(f"core {core}", "bt", "p total", "info registers rip")
guest.same("warning" in said, False)
guest.expect(said, r"terminated with signal SIGSEGV", r"^#0  .*poke \(where=.*0x8\).*main\.c:\d+", r"^#1  .*main .*main\.c:\d+",
             r"^\$1 = 10$", r"^rip .*<poke")
if os.stat(core).st_blocks * 512 > 1 << 20:
    raise SystemExit("FAILED: pages that were never touched take room")

code, _, _ = g.run("--core", core)
guest.same((code, os.path.getsize(core)), (42, 0))
code, _, err = g.run("--core", "/nowhere/core")
guest.same(code, 70)
guest.expect(err, r"^\[wick\] cannot start: the file /nowhere/core can't be written: No such file")
print("SUCCESS")
