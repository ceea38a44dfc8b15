#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""`wick run` under QEMU: QEMU filters its own system calls, read from the kernel; one that was built without its sandbox
runs the appliance all the same, and the user is told."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import architecture  # noqa: E402

WITHOUT = """#!/bin/sh
for word; do
  [ "$word" = -sandbox ] && echo "QEMU: -sandbox on: There is no option group 'sandbox'" >&2 && exit 1
done
exec {} "$@"
"""
SAID = "this QEMU has no sandbox of its own"


def filtered(process):
    """Whether the kernel filters the QEMU below `process`: Seccomp in proc(5)."""
    with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
        [child] = file.read().split()
    with open(f"/proc/{child}/status", encoding="ascii") as file:
        return re.search(r"^Seccomp:\t(\d)", file.read(), re.M).group(1) == "2"


def main():
    wick, image = sys.argv[1:]
    command = [wick, "run", os.path.abspath(image), "--vmm", "qemu", "--timeout", "60"]
    wrong = []
    with tempfile.TemporaryDirectory(prefix="wick-sandbox-") as folder:
        with open(os.path.join(folder, architecture.QEMU), "w", encoding="ascii") as file:
            file.write(WITHOUT.format(shutil.which(architecture.QEMU)))
            os.fchmod(file.fileno(), 0o755)
        without = os.environ | {"PATH": folder + ":" + os.environ["PATH"]}
        for environment, wanted in ((os.environ, True), (without, False)):
            process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            text = line = ""
            while not line.startswith("idle") and (line := process.stdout.readline()):
                text += line
            found = filtered(process) if line else None
            process.terminate()
            text += process.communicate()[0]
            if found != wanted or (SAID in text) == wanted:
                print(text)
                wrong.append(f"QEMU {'with' if wanted else 'without'} its sandbox: filtered {found}, told {SAID in text}")
    for sentence in wrong:
        print(f"FAILED: {sentence}")
    print("FAILED" if wrong else "SUCCESS")
    return 1 if wrong else 0


sys.exit(main())
