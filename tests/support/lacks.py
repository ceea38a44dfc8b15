# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What a machine may lack so that a test is skipped: nothing that a package brings, those are installed before the tests.
`wick test` looks for itself (tools/wick/build/lacks.cpp) and counts a skip as failed where the machine has it."""

import os
import sys

SKIPPED = 77  # Meson's exit code for it


def has_kvm():
    return os.access("/dev/kvm", os.R_OK | os.W_OK)


def skip(lack, why):
    """Ends the test. @param lack kvm, root or namespaces"""
    print(f"skipped: lacks {lack}: {why}")
    sys.exit(SKIPPED)
