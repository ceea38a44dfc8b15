# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Every variable of hv, and of libos' scheduler and clock, that is written while they run belongs to one processor, and is
a member of its object (arch/cpu.h, sched/vcpu.h), or stands in the table of docs/processors.md, which says whose it is and
what a second processor asks for. A variable in neither is a fault, and so is a row without its variable."""

import os
import re
import sys

import tree

PAGE = "docs/processors.md"
PARTS = ("hv/", "libos/sched/", "libos/time/")
ATTRIBUTES = re.compile(r"\[\[.*?\]\]|\b(?:alignas|asm)\([^()]*\)")
NOT_A_VARIABLE = re.compile(r"(?:using|typedef|namespace|struct|class|enum|union|template|extern|friend|static_assert|return|public|private|"
                            r"case|default|#|//|/\*|[}{)*]|WICK_)")
VARIABLE = re.compile(r"(?:(?:static|inline|constinit|volatile|thread_local|const)\s+)*[\w:]+(?:<.*>)?(?:\s+const)?[\s*&]+(?P<first>\w+)"
                      r"(?:\s*\[.*?\])?(?:\s*,\s*[*&]?(?P<more>[\w\s,*\[\]]+?))?\s*(?:[={].*|;.*|\(.*\)\s*;.*)?$")
FUNCTION_POINTER = re.compile(r"[\w:<>\s*&]+\(\*(\w+)\)\([^()]*\)\s*(?:=|;|\{)")
LABEL = re.compile(r"^(\w+):", re.M)


def is_constant(declaration):
    """`const` of the variable itself: of a pointer it stands behind the last star."""
    before = re.split(r"[={\[(]", declaration)[0]
    return "constexpr" in before.split() or bool(re.search(r"\bconst\b(?!.*\*)", before))


def of_line(line):
    """Names that a line of C++ declares and that are written later."""
    inside = line.startswith(" ")
    text = ATTRIBUTES.sub("", line.split("//")[0]).strip()
    if not text or NOT_A_VARIABLE.match(text) or (inside and not re.match(r"static\s", text)) or is_constant(text):
        return []
    if match := FUNCTION_POINTER.match(text):
        return [match[1]]
    head = re.split(r"[={]", text)[0]
    if "(" in head and "constinit" not in head:  # a function; a variable with arguments has to be constinit
        return []
    match = VARIABLE.match(text)
    if not match or not re.search(r"[;={]", text):
        return []
    more = re.findall(r"(\w+)(?:\[\w*\])?\s*(?:,|$)", match["more"] or "")
    return [match["first"], *more]


def of_assembly(text):
    """Labels of sections that are written to."""
    names = []
    for section in re.split(r"^\s*(?=\.(?:section|text|data|bss)\b)", text, flags=re.M):
        if re.match(r'\.(?:bss|data)\b|\.section [^\n]*"aw', section):
            names += LABEL.findall(section)
    return names


def variables(path, text):
    if path.endswith(".S"):
        return of_assembly(text)
    return [name for line in text.splitlines() for name in of_line(line)]


def told(page):
    """{(path, name)} of the page's table: | `a`, `b` | [file](../path) | whose | … |"""
    rows = re.findall(r"^\|([^|]*`[^|]*)\|\s*\[[^\]]*\]\(\.\./([^)]*)\)\s*\|\s*\S[^|]*\|\s*\S[^|]*\|\s*$", page, re.M)
    return {(path, name) for names, path in rows for name in re.findall(r"`(\w+)`", names)}


def faults_of(found, named):
    return [f"{path}: \"{name}\" is written while hv runs: it belongs into the processor's object, or into {PAGE}"
            for path, name in sorted(found - named)] + \
           [f"{PAGE}: {path} has no variable \"{name}\"" for path, name in sorted(named - found)]


def self_test():
    for line, names in {"bool x2apic, io_apic_mapped;": ["x2apic", "io_apic_mapped"], "const Platform* platform = nullptr;": ["platform"],
                        "constexpr unsigned kPorts = 16;": [], "const char* missing() {": [], "void (*called)() = nullptr;": ["called"],
                        "constinit const WallOperations ring_wall{Wall::ring};": [], "constexpr const Platform* registered = &kPlatform;": [],
                        "  static bool told = false;": ["told"], "  static bool may(Gpa at);": [], "  std::uint64_t next_ = 0;": [],
                        "[[gnu::section(\".bss.hv.own\")]] alignas(kPage) EventPage event_page;": ["event_page"],
                        "PageTables<GuestFormat> tables;": ["tables"], "Saved saved[kMax];  // kept": ["saved"],
                        "constinit EventHandler handler(event_bit(1), asked);": ["handler"], "extern Cpu cpus[kCpus];": [],
                        "alignas(64) volatile WallClock kvm_wall;": ["kvm_wall"], "inline constinit Vcpu vcpus[kVcpus];": ["vcpus"],
                        "Status start_apic() {": [], "std::uint64_t* const root = nullptr;": [], "unsigned count": []}.items():
        tree.planted(names, of_line(line))
    tree.planted(["stack"], of_assembly("    .text\nentry:\n    .bss\n    .skip 8\nstack:\n"))
    tree.planted(["table"], of_assembly('    .section .hv.tables, "aw", @nobits\ntable:\n    .section .text.a, "ax"\nf:\n'))
    page = "| `a`, `b` | [x.cpp](../hv/x.cpp) | machine | a lock |\n| `c` | [x.cpp](../hv/x.cpp) | machine | |\n"
    tree.planted({("hv/x.cpp", "a"), ("hv/x.cpp", "b")}, told(page))  # who says no reason says nothing
    tree.planted(1, len(faults_of({("hv/x.cpp", "a")}, set())))
    tree.planted(1, len(faults_of(set(), {("hv/x.cpp", "a")})))


def main():
    self_test()
    paths = [path for path in tree.files(tree.SOURCE) if path.startswith(PARTS)]
    found = {(path, name) for path in paths for name in variables(path, tree.text(path))}
    if "--list" in sys.argv:
        for path, name in sorted(found):
            print(path, name)
    page = tree.text(PAGE) if os.path.exists(os.path.join(tree.ROOT, PAGE)) else ""
    return tree.report("whose a variable is", faults_of(found, told(page)), len(paths))


sys.exit(main())
