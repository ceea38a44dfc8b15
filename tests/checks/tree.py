# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What checks of the source tree share: which files belong to it, what they include, and how a check reports."""

import os
import re
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
SOURCE = (".c", ".cpp", ".h", ".S")
CODE = SOURCE + (".py", ".sh", ".in", ".build", ".ld")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def files(suffixes=None):
    """Files of the tree, as Git knows them; without Git all but what is ignored by name."""
    try:
        listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"], check=True,
                                capture_output=True, text=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        listed = []
        for folder, folders, names in os.walk(ROOT):
            folders[:] = [name for name in folders if name not in ("build", ".git", "__pycache__")]
            listed += [os.path.relpath(os.path.join(folder, name), ROOT) for name in names]
        listed = [path for path in listed if not re.match(r"subprojects/(?!packagefiles/|[^/]*\.wrap$)", path)]
    return sorted(path for path in set(listed)
                  if os.path.isfile(os.path.join(ROOT, path)) and (not suffixes or path.endswith(suffixes)))


def text(path):
    with open(os.path.join(ROOT, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def report(what, faults, seen):
    """Prints each fault; to be returned from main()."""
    for fault in faults:
        print(f"FAILED: {fault}")
    print(f"{what}: {seen} files, {len(faults)} faults")
    if not seen:
        print("FAILED: no file was looked at")
    return 1 if faults or not seen else 0


def planted(expected, found):
    """For self-tests: `found` has to be as `expected`."""
    if expected != found:
        sys.exit(f"FAILED: the check itself is wrong: expected {expected}, found {found}")
