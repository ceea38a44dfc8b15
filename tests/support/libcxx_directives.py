# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What a test of libc++'s says itself that it needs of a system, in the words of libc++'s own runner; HAS has what there is."""

import re
import shlex

# Features of libc++'s own runner that hold here.
HAS = {"c++23", "stdlib=libc++", "stdlib=llvm-libc++", "clang", "clang-19", "gcc-style-warnings", "has-64-bit-atomics", "has-1024-bit-atomics", "c++experimental",
       "has-fconstexpr-steps", "has-unix-headers", "libcpp-abi-version=2", "libcpp-hardening-mode=fast",
       "target=x86_64-unknown-none-elf", "-fsized-deallocation", "with-pstl", "verify-support", "diagnose-if-support", "libcpp-pstl-backend-serial"}


def holds(expression):
    """Of a line REQUIRES, UNSUPPORTED or XFAIL: names, regular expressions in them, !, &&, || and parentheses."""
    words = re.findall(r"\|\||&&|[!()]|(?:\{\{.*?\}\}|[^\s!()&|{])+", expression)
    text = ""
    for word in words:
        if word in ("||", "&&", "!", "(", ")"):
            text += {"||": " or ", "&&": " and ", "!": " not "}.get(word, word)
            continue
        parts = re.split(r"(\{\{.*?\}\})", word)
        pattern = "".join(part[2:-2] if part.startswith("{{") else re.escape(part) for part in parts)
        text += str(any(re.fullmatch(pattern, feature) for feature in HAS))
    return eval(text, {"__builtins__": {}})  # of nothing but True, False, and, or, not


class Directives:
    """What a test's own comments ask for."""

    def __init__(self, source):
        text = source.read_text(encoding="utf-8", errors="replace")
        self.lacks = ""  # why it isn't for this system
        self.fails = any(holds(part) for line in re.findall(r"(?m)^\s*// XFAIL: (.*)", text) for part in line.split(","))
        self.options = []
        for line in re.findall(r"(?m)^\s*// REQUIRES: (.*)", text):
            self.lacks = next((f"needs {part.strip()}" for part in line.split(",") if not holds(part)), self.lacks)
        for line in re.findall(r"(?m)^\s*// UNSUPPORTED: (.*)", text):
            self.lacks = next((f"is not for {part.strip()}" for part in line.split(",") if holds(part)), self.lacks)
        for feature, line in re.findall(r"(?m)^\s*// ADDITIONAL_COMPILE_FLAGS(?:\((.*?)\))?: (.*)", text):
            if not feature or holds(feature):
                self.options += shlex.split(line)
