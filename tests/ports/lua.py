# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The Lua interpreter behind both walls: a script through a pipe and one of the image, the prompt on a terminal, exit codes and
errors, what has no meaning here, and memory's end as an error that a script can catch. lua.py IMAGE"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted, terminal  # noqa: E402
from support.hosted import check  # noqa: E402

SCRIPT = r"""
assert(string.format("%a", 0.1) == "0x1.999999999999ap-4" and 0x1p-2 == 0.25 and tonumber("0x.8p1") == 1.0)
assert(math.type(2^53) == "float" and 1 // 0.0 == math.huge and -7 // 2 == -4 and -7 % 3 == 2 and math.maxinteger + 1 == math.mininteger)
assert(string.pack("<i4z", 7, "x") == "\7\0\0\0x\0" and utf8.char(8364) == "\u{20ac}" and #utf8.char(8364) == 3)
assert(("x"):rep(3, ",") == "x,x,x" and ("k=v"):match("(%w)=(%w)") == "k")
local made = {}
for i = 1, 10 do made[i] = coroutine.wrap(function() for j = 1, 3 do coroutine.yield(i * j) end end) end
for i = 1, 10 do assert(made[i]() == i and made[i]() == 2 * i) end
assert(not pcall(function() local function deep() return 1 + deep() end return deep() end))
local file = assert(io.open("/tmp/words", "w"))
assert(file:write("one\ntwo\n", 3, "\n"):close())
local lines = {}
for line in io.lines("/tmp/words") do lines[#lines + 1] = line end
assert(table.concat(lines, " ") == "one two 3")
assert(os.rename("/tmp/words", "/tmp/other") and os.remove("/tmp/other") and not io.open("/tmp/other"))
local name = os.tmpname()
assert(io.open(name, "w"):close() and os.remove(name))
assert(not io.open("/lua/hello.lua", "w"), "the image can be written")
local opened, pipe = pcall(io.popen, "ls")
assert(opened and not pipe and os.execute() == false and not os.execute("ls"))
assert(os.setlocale() == "C" and not os.setlocale("de_DE") and os.time() > 1700000000 and os.getenv("WHO") == "there")
assert(os.date("!%Y-%m-%d %H:%M:%S", 86400) == "1970-01-02 00:00:00" and os.time{year = 2000, month = 1, day = 1, hour = 0} == 946684800)
local caught, message = pcall(string.rep, "x", 1 << 30)
assert(not caught and message:find("not enough memory"), message)
collectgarbage()
print("all held", _VERSION)
os.exit(7)
"""


def piped(command, given):
    done = subprocess.run(command, input=given.encode(), capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def prompt(command, lines):
    """@return the exit code, and what a terminal shows on which these lines are typed, one after each prompt"""
    def talk(at):
        for line in lines:
            at.read_until(lambda shown: shown.endswith((b"> ", b">> ")))
            at.type(line)
            at.shown += b"\n"
    code, shown = terminal.run(command, talk)
    return code, shown.decode()


def main():
    image = sys.argv[1]
    for wall in hosted.walls():
        def command(*words):
            return hosted.command(image, wall, *(f"--arg={word}" for word in words))

        result = piped(hosted.command(image, wall, "--env", "WHO=there"), SCRIPT)
        check(result == (7, "all held\tLua 5.4\n", ""), f"{wall}: a script through a pipe {result}")
        result = piped(command("/lua/hello.lua", "x", "y z"), "")
        check(result == (0, "Hello from Lua 5.4: x, y z\n", ""), f"{wall}: a script of the image, with arguments {result}")
        code, text, _ = piped(command("-e", "error('no luck')"), "")
        check(code == 1 and "no luck" in text + _, f"{wall}: an error is told and ends with 1")
        code, shown = prompt(command(), [b"6 * 7\n", b"function f()\n", b"return 'f' .. 'g' end\n", b"f()\n", b"nil + 1\n", b"\4"])
        check(code == 0 and "42" in shown and "fg" in shown and "attempt to perform arithmetic on a nil" in shown,
              f"{wall}: the prompt on a terminal, its second one, an error, the end by Ctrl-D")
    hosted.finish()


main()
