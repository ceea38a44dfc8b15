# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Holds docs/abi.md to the headers of hv/abi: its tables of values and sizes are made from them. --write makes them
anew; without, a difference is a fault."""

import os
import re
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
ABI, PAGE = os.path.join(ROOT, "hv/abi"), os.path.join(ROOT, "docs/abi.md")
BEGIN, END = "<!-- made from hv/abi by tests/checks/abi_page.py -->", "<!-- end -->"


def headers():
    found = [os.path.join(folder, name) for folder, _, names in os.walk(ABI) for name in names]
    for path in sorted(found):
        with open(path, encoding="utf-8") as file:
            yield os.path.relpath(path, ABI), file.read()


def enumerations(text):
    """@return [(enum, [(name, value, comment)])]"""
    found = []
    for name, body in re.findall(r"enum class (?:\[\[nodiscard\]\] )?(\w+) : [\w:]+ \{(.*?)\};", text, re.S):
        values, last = [], -1
        plain = re.sub(r"\n\s*///[^\n]*", "", body)
        for entry, value, comment in re.findall(r"(\w+)(?:\s*=\s*([^,/\n]+))?\s*(?:,|\n|$)[ \t]*(?:///<\s*([^\n]*))?", plain):
            last = value.strip() if value else (int(last) + 1 if str(last).lstrip("-").isdigit() else "")
            values.append((entry, str(last), comment))
        if values:
            found.append((name, values))
    return found


def tables():
    lines = []
    for header, text in headers():
        sizes = re.findall(r"static_assert\(sizeof\((\w+)\) == (\d+)\)", text)
        lists = enumerations(text)
        if not sizes and not lists:
            continue
        lines += [f"### {header}", ""]
        if sizes:
            lines += ["| structure | bytes |", "|---|---|"] + [f"| `{name}` | {size} |" for name, size in sizes] + [""]
        for name, values in lists:
            lines += [f"`{name}`: " + ", ".join(f"{value} `{entry}`" for entry, value, _ in values) + ".", ""]
    return "\n".join(lines)


def main():
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    wanted = f"{before}{BEGIN}\n\n{tables()}\n{END}{after}"
    if "--write" in sys.argv:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(wanted)
    elif wanted != page or not rest:
        sys.exit("FAILED: docs/abi.md differs from hv/abi (tests/checks/abi_page.py --write repairs it)")
    print(f"docs/abi.md: {len(tables().splitlines())} lines made from hv/abi")


main()
