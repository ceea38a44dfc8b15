# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""--strace prints each call with its arguments, its result and how long it took."""

import guest

g = guest.Guest()
code, out, err = g.run("--strace")
guest.same(code, 42)
guest.expect(err, r'^console\("total 10\\n", 9\) = ok <\d+ us>$', r"^exit\(42\) = \?$")
code, out, err = g.run("--strace", "--arg", "crash")
guest.expect(err, r'^console\("total 10\\n", 9\) = ok')
print("SUCCESS")
