# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Every relative link of a Markdown page leads to a file of the tree, so that a promise in docs/SPECIFICATION.md never
names a test that is gone."""

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


def main():
    tree.planted(1, len(faults_of("docs/a.md", "[x](../b) [y](c#d) [z](https://e)", lambda path: path == "docs/c")))
    pages = tree.files((".md",))
    faults = []
    for page in pages:
        faults += faults_of(page, tree.text(page), lambda path: os.path.exists(os.path.join(tree.ROOT, path)))
    return tree.report("links", faults, len(pages))


sys.exit(main())
