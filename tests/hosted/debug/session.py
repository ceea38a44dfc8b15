# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A session of the real gdb: stop at a function, look, step, watch a variable, go on to the end; and once more to a
crash, which the debugger sees before the restart policy does. Registers that no program has stay out."""

import guest

g = guest.Guest()
said, code, out = g.session(
    "break count_up", "continue", "bt", "info registers rip eflags fs_base", "info threads", "p value", "x/i $pc",
    "next", "p total", "delete", "watch total", "continue", "continue", "p total", "delete", "p count_up(10)",
    "set var total = 100", "continue")
guest.expect(said, r"^Breakpoint 1, count_up \(value=.*1\) at .*main\.c:\d+", r"^#0  count_up .* at .*main\.c:\d+",
             r"^#1  .*main .* at .*main\.c:\d+", r"^rip .*<count_up", r"^eflags .*IF", r"^fs_base +0x[1-9a-f]",
             r"^\* 1 +Thread 1", r"^\$1 = 1$", r"^=> .*<count_up", r"return total", r"^\$2 = 1$",
             r"^Old value = 1\nNew value = 3$", r"^Old value = 3\nNew value = 6$", r"^\$3 = 6", r"^\$4 = 16$",
             r"exited with code 052")
guest.same(code, 42)
guest.same("total 104" in out, True)

said, code, out = g.session("continue", "bt", "p where", "detach", options=("--arg", "crash"))
guest.expect(said, r"received signal SIGSEGV", r"^#0  .*poke \(where=.*0x8\)", r"^#1  .*main ", r"= \(int \*\) 0x8")
guest.same(code, 139)

said, code, out = g.session("continue", "continue", options=("--arg", "crash"))
guest.expect(said, r"received signal SIGSEGV", r"exited with code 0213")
guest.same(code, 139)

# A debugger may be anybody of this machine: the system's flags aren't its to give, nor an address that none can have.
said, code, out = g.session("break count_up", "continue", "set var $eflags = 0x1b7302", "maintenance flush register-cache",
                            "p/x $eflags", "set var $rip = 0x4141414141414141", "maintenance flush register-cache",
                            "p/x $rip", "delete", "continue")
guest.expect(said, r"^\$1 = 0x202$", r"^\$2 = 0x1[0-9a-f]{5}$", r"exited with code 052")
guest.same(code, 42)

said, code, out = g.session("kill")
guest.same(code, 137)
print("SUCCESS")
