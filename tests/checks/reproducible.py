# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Two clean builds of the same tree, in two build folders and from two places of the tree, are byte-identical: the
smallest appliance and the one with everything, profile tiny, image and debug image. Both build folders stand equally
deep below the tree."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

import tree

IMAGES = ("hello", "http")


def copy_tree(target):
    """The tree as it is, with the fetched sources, and the host tool where the build looks for it."""
    for path in tree.files():
        os.makedirs(os.path.dirname(os.path.join(target, path)), exist_ok=True)
        shutil.copy2(os.path.join(tree.ROOT, path), os.path.join(target, path))
    os.symlink(os.path.join(tree.ROOT, "subprojects/packagecache"), os.path.join(target, "subprojects/packagecache"))
    os.makedirs(os.path.join(target, "build"))
    os.symlink(os.path.join(tree.ROOT, "build/host"), os.path.join(target, "build/host"))


def build(root, folder):
    """@return {file: digest}"""
    environment = dict(os.environ, CCACHE_DISABLE="1")
    commands = (
        ["meson", "setup", "--wrap-mode=nodownload", "--cross-file", "build-profiles/x86_64-tiny.ini",
         "-Dapps=" + ",".join(f"apps/{name}" for name in IMAGES), folder],
        ["nice", "ninja", "-C", folder, *IMAGES])
    for command in commands:
        result = subprocess.run(command, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)
        if result.returncode:
            sys.exit(f"FAILED: {' '.join(command)}\n" + "\n".join(result.stdout.splitlines()[-30:]))
    digests = {}
    for name in IMAGES:
        for file in (name, name + ".debug"):
            with open(os.path.join(root, folder, file), "rb") as content:
                digests[file] = hashlib.sha256(content.read()).hexdigest()
    return digests


def main():
    with tempfile.TemporaryDirectory(prefix="wick-repro-") as scratch:
        results = []
        for place, folder in (("one", "build/a"), ("another/longer-place", "build/b")):
            root = os.path.join(scratch, place)
            copy_tree(root)
            results.append(build(root, folder))
    bad = 0
    for file, digest in results[0].items():
        same = results[1][file] == digest
        bad += not same
        print(f"{file}: {digest[:16]} {'in both' if same else 'and ' + results[1][file][:16]}")
    if bad:
        print(f"FAILED: {bad} files differ")
    return 1 if bad else 0


sys.exit(main())
