# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Holds the rules of the source tree: licence headers, at most 300 lines a file, architecture #ifdefs only below arch/,
no name of a register outside of it, no source of third parties, no inline assembly of privileged code outside of hv; a
pointer that may be null is a condition itself, and what a header's function fills in comes with an answer nobody drops."""

import os
import re
import sys

import tree

MAX_LINES = 300
ARCH_MACRO = re.compile(r"^\s*#\s*(?:if|ifdef|ifndef|elif|elifdef)\b.*\b(?:__x86_64__|__amd64__|__i386__|__aarch64__|__arm__|__riscv)", re.M)
X86 = re.compile(r"\b(?:(?:read_|write_)?cr[0-4]|[re]?(?:flags|ip)(?<!\bflags)(?<!\bip)|[re](?:[abcd]x|[sd]i|[sb]p)|r(?:8|9|1[0-5])[dwb]?|efer|mxcsr|"
                 r"[fg]s_base|(?:amd|x86[-_])64|__x86_64__)\b", re.I)
SHARED_PARTS = ("hv/", "libos/", "drivers-pv/")
PRODUCT = SHARED_PARTS + ("monitor/", "tools/", "apps/")
NULL = re.compile(r"[!=]= ?nullptr\b|\bnullptr ?[!=]=")
# A bool beside an object that it says something of: std::optional, or [[nodiscard]] where the object has its place.
FILLED = re.compile(r"(\[\[nodiscard\]\] (?:\w+ )*)?\bbool (\w+)\((?:[^(){};]*[,\s])?[\w:]+(?:<[^<>]*>)?& (?:to|value|out|result|found)\)")
ARCH_PARTS = re.compile(r"/(arch|x86_64)/|^hv/platform/(kvm|metal|tcg|xen)/|^hv/platform/(pc|rtc)\.")  # these are PCs
OTHERS = re.compile(r"copyright\s*(?:\(c\)|©)?\s*(?:\d{4}|by\b)|SPDX-FileCopyrightText:(?! The Wick authors)", re.I)
# Whatever unpacked or copied third-party source would bring along.
FOREIGN_FILES = re.compile(r"(^|/)(COPYING|configure|autogen\.sh|CMakeLists\.txt|doctest\.h|lwipopts\.h\.orig)$|"
                           r"\.(?:tar|gz|xz|bz2|zst|zip|a|o|so|bin|iso|qcow2|deb)$")
MACHINE_FILES = (".ini", ".toml", ".md", ".wrap", ".txt", ".json", ".options")


def header_faults(path, text):
    if not path.endswith(tree.CODE):
        return []
    top = "\n".join(text.splitlines()[:4])
    wants = [tag for tag in ("SPDX-FileCopyrightText: The Wick authors", "SPDX-License-Identifier: Apache-2.0") if tag not in top]
    return [f"{path}: no line \"{tag}\" at its top" for tag in wants]


def length_faults(path, text):
    lines = text.count("\n")
    return [f"{path}: {lines} lines, {MAX_LINES} are allowed"] if path.endswith(tree.CODE) and lines > MAX_LINES else []


def arch_faults(path, text):
    if not path.endswith(tree.SOURCE) or "/arch/" in path:
        return []
    return [f"{path}:{text.count(chr(10), 0, match.start()) + 1}: an architecture's macro outside of arch/"
            for match in ARCH_MACRO.finditer(text)]


def register_faults(path, text):
    """The parts that another architecture would share name none of x86's registers, nor x86 itself."""
    if not path.endswith(tree.SOURCE) or not path.startswith(SHARED_PARTS) or ARCH_PARTS.search(path):
        return []
    code = re.sub(r"/\*.*?\*/|//[^\n]*", lambda comment: "\n" * comment[0].count("\n"), text, flags=re.S)
    if path.endswith(".S"):
        return [f"{path}: assembly outside of arch/ and x86_64/"]
    return [f"{path}:{code.count(chr(10), 0, match.start()) + 1}: \"{match[0]}\" outside of arch/ and x86_64/"
            for match in X86.finditer(code)]


def null_faults(path, text):
    if not path.endswith(tree.SOURCE) or not path.startswith(PRODUCT):
        return []
    return [f"{path}:{text.count(chr(10), 0, match.start()) + 1}: a comparison with nullptr" for match in NULL.finditer(text)]


def filled_faults(path, text):
    if not path.endswith(".h") or not path.startswith(PRODUCT):
        return []
    return [f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match[2]}() fills in what std::optional would return"
            for match in FILLED.finditer(text) if not match[1] and "const " not in match[0].rsplit("&", 1)[0].rsplit(",", 1)[-1]]


def foreign_faults(path, text):
    out = [f"{path}: a file as third parties' source brings along"] if FOREIGN_FILES.search(path) else []
    if path.endswith(tree.CODE) and OTHERS.search(text) and os.path.basename(path) != os.path.basename(__file__):
        out.append(f"{path}: the copyright line of somebody else")
    return out


CHECKS = (header_faults, length_faults, arch_faults, register_faults, null_faults, filled_faults, foreign_faults)


def self_test():
    header = "// SPDX-FileCopyrightText: The Wick authors\n// SPDX-License-Identifier: Apache-2.0\n"
    tree.planted(0, sum(len(check("hv/a.cpp", header + "int a;\n")) for check in CHECKS))
    tree.planted(2, len(header_faults("hv/a.cpp", "int a;\n")))
    tree.planted(1, len(length_faults("hv/a.cpp", header + "\n" * 299)))
    tree.planted(1, len(arch_faults("libos/a.cpp", header + "#ifdef __x86_64__\n")))
    tree.planted(0, len(arch_faults("hv/arch/x86_64/a.h", header + "#ifdef __x86_64__\n")))
    for fault in ("registers.rip = 0;", "int rax;", 'run("qemu-system-x86_64");', "write_cr3(root);", "#define R15 120"):
        tree.planted(1, len(register_faults("hv/machine/a.cpp", header + fault + "\n")))
        tree.planted(0, len(register_faults("hv/wall/ring/x86_64/a.cpp", header + fault + "\n")))
    tree.planted(0, len(register_faults("libos/a.cpp", header + "int strip; // RAX\n/* rip\n */ int a;\n")))
    tree.planted(1, len(register_faults("drivers-pv/a.S", header + "    ret\n")))
    for fault in ("if (at == nullptr) return;", "while (nullptr != next) {}"):
        tree.planted(1, len(null_faults("monitor/a.cpp", header + fault + "\n")))
    tree.planted(1, len(filled_faults("monitor/a.h", header + "bool read(Bytes bytes, std::uint64_t& value);\n")))
    tree.planted(0, len(filled_faults("monitor/a.h", header + "[[nodiscard]] inline bool read(Bytes bytes, T& to);\n")))
    tree.planted(0, len(filled_faults("monitor/a.h", header + "bool reaches(const Address& to);\nbool take(Chain& chain);\n")))
    tree.planted(1, len(foreign_faults("libos/a.c", header + "/* Copyright (c) 2001 Somebody */\n")))
    tree.planted(1, len(foreign_faults("subprojects/lwip.tar.gz", "")))


def main():
    self_test()
    faults, seen = [], 0
    for path in tree.files():
        seen += 1
        text = tree.text(path)
        for check in CHECKS:
            faults += check(path, text)
    return tree.report("source rules", faults, seen)


sys.exit(main())
