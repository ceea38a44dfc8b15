# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Two builds of the same tree, in two build folders and from two places of the tree, are byte-identical: the smallest
appliance and the one with everything, image and debug image. The first is the build folder that the tests run in, with
all that was built in it before; the second is made here from nothing, without any cache of the compiler's. Both build
folders stand equally deep below their tree.

    reproducible.py BUILD-FOLDER PROFILE"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

import tree

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import architecture  # noqa: E402

IMAGES = ("hello", "http")


def copy_tree(target):
    """The tree as it is, with the fetched sources, and the host tool where the build looks for it."""
    for path in tree.files():
        os.makedirs(os.path.dirname(os.path.join(target, path)), exist_ok=True)
        shutil.copy2(os.path.join(tree.ROOT, path), os.path.join(target, path))
    os.symlink(os.path.join(tree.ROOT, "subprojects/packagecache"), os.path.join(target, "subprojects/packagecache"))
    os.makedirs(os.path.join(target, "build"))
    os.symlink(os.path.join(tree.ROOT, "build/host"), os.path.join(target, "build/host"))


def digests_of(folder):
    """@return {file: digest}"""
    digests = {}
    for name in IMAGES:
        for file in (name, name + ".debug"):
            with open(os.path.join(folder, file), "rb") as content:
                digests[file] = hashlib.sha256(content.read()).hexdigest()
    return digests


def build(root, folder, profile):
    environment = dict(os.environ, CCACHE_DISABLE="1")
    commands = (
        ["meson", "setup", "--wrap-mode=nodownload", "--cross-file", f"build-profiles/{architecture.profile(profile)}.ini",
         "-Dapps=" + ",".join(f"apps/{name}" for name in IMAGES), folder],
        ["nice", "ninja", "-C", folder, *IMAGES])
    for command in commands:
        result = subprocess.run(command, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)
        if result.returncode:
            sys.exit(f"FAILED: {' '.join(command)}\n" + "\n".join(result.stdout.splitlines()[-30:]))


def main():
    first, profile = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="wick-repro-") as scratch:
        root = os.path.join(scratch, "another/longer-place")
        copy_tree(root)
        build(root, "build/again", profile)
        second = digests_of(os.path.join(root, "build/again"))
    bad = 0
    for file, digest in digests_of(first).items():
        same = second[file] == digest
        bad += not same
        print(f"{file}: {digest[:16]} {'in both' if same else 'and ' + second[file][:16]}")
    if bad:
        print(f"FAILED: {bad} files differ")
    return 1 if bad else 0


sys.exit(main())
