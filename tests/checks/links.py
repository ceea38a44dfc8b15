# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Every relative link of a Markdown page leads to a file of the tree, so that a promise in docs/SPECIFICATION.md never
names a test that is gone. A row of a table that ends in one link and names functions before it, as the walks of
docs/architecture.md do, is held to more: the functions are in that file."""

import os
import posixpath
import re
import sys

import tree

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def faults_of(path, text, exists):
    out = []
    for target in LINK.findall(text):
        if not re.match(r"[a-z]+:", target) and not exists(posixpath.normpath(posixpath.join(posixpath.dirname(path), target))):
            out.append(f"{path}: the link {target} leads nowhere")
    return out


STOP = re.compile(r"^\|(?P<told>.*\|) \[[^\]]*\]\((?P<target>[^)\s]+\.(?:cpp|h|S|in))\) \|$", re.M)
FUNCTION = re.compile(r"`(\w+)\(\)`")


def stop_faults(path, text, read):
    """@param read the text of a file of the tree"""
    out = []
    for stop in STOP.finditer(text):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), stop["target"]))
        out += [f"{path}: {target} has no function {name}()" for name in FUNCTION.findall(stop["told"])
                if not re.search(rf"\b{name}\(", read(target))]
    return out


def main():
    tree.planted(1, len(faults_of("docs/a.md", "[x](../b) [y](c#d) [z](https://e)", lambda path: path == "docs/c")))
    row = "| `f()` to `g()` | [a.cpp](../hv/a.cpp) |\n"
    tree.planted(1, len(stop_faults("docs/a.md", row, lambda path: "void f();" if path == "hv/a.cpp" else "")))
    pages = tree.files((".md",))
    faults = []
    for page in pages:
        faults += faults_of(page, tree.text(page), lambda path: os.path.exists(os.path.join(tree.ROOT, path)))
    if not faults:
        for page in pages:
            faults += stop_faults(page, tree.text(page), tree.text)
    return tree.report("links", faults, len(pages))


sys.exit(main())
