# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Every C and C++ file is as clang-format-19 would have it, by the .clang-format of the tree."""

import os
import re
import shutil
import subprocess
import sys

import tree

TOOL = "clang-format-19"


def main():
    if not shutil.which(TOOL):
        print(f"FAILED: {TOOL} is not installed: ./wick test installs what the tests need")
        return 1
    paths = tree.files((".c", ".cpp", ".h"))
    result = subprocess.run([TOOL, "--dry-run", "-Werror", *paths], cwd=tree.ROOT, capture_output=True, text=True)
    wrong = sorted(set(re.findall(r"^([^:\n]+):\d+:\d+: error: code should be clang-formatted", result.stderr, re.M)))
    if result.returncode and not wrong:
        print(result.stderr)
        wrong = [TOOL]
    return tree.report(f"format ({TOOL} -i repairs it)", wrong, len(paths))


os.environ["LC_ALL"] = "C"
sys.exit(main())
