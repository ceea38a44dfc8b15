# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A project outside of the toolkit: `wick new demo`, `wick build demo`, `wick run demo`; then a change of its source is
seen and everything else is left alone; left to itself, wick runs it on what this machine has, and says so; and a header that
is missing is named with its place and with what there is instead."""

import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import architecture  # noqa: E402

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))


def wick(folder, *arguments):
    result = subprocess.run([os.path.join(ROOT, "wick"), *arguments], cwd=folder, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=1500)
    print(f"$ wick {' '.join(arguments)}\n{result.stdout}(exit code {result.returncode})")
    return result


def main():
    with tempfile.TemporaryDirectory(prefix="wick-new-") as folder:
        for arguments in (["new", "demo"], ["build", "demo"]):
            if wick(folder, *arguments).returncode:
                return 1
        run = wick(folder, "run", "demo", "--vmm", "qemu", "--accel", "tcg", "--timeout", "60")
        if run.returncode or "Hello, world, from an appliance." not in run.stdout:
            print("FAILED: the new project does not run")
            return 1

        source = os.path.join(folder, "demo/main.cpp")
        with open(source, encoding="utf-8") as file:
            text = file.read()
        with open(source, "w", encoding="utf-8") as file:
            file.write(text.replace("Hello", "Good day"))
        log = os.path.join(ROOT, f"build/{architecture.profile('dev')}/.ninja_log")
        before = os.path.getsize(log)
        run = wick(folder, "run", "demo", "--vmm", "qemu", "--accel", "tcg", "--timeout", "60")
        with open(log, encoding="utf-8") as file:
            file.seek(before)
            steps = re.findall(r"^\d+\t\d+\t\d+\t(\S+)", file.read(), re.M)
        if run.returncode or "Good day, world" not in run.stdout:
            print("FAILED: the change is not in the image")
            return 1
        if not steps or any("demo" not in step for step in steps):
            print(f"FAILED: one changed source made these steps: {steps}")
            return 1
        print(f"one changed source made {len(steps)} steps")

        run = wick(folder, "run", "demo", "--timeout", "60")
        if run.returncode or "Good day, world" not in run.stdout or not re.search(r"demo on (hosted, /dev/kvm|QEMU)", run.stdout):
            print("FAILED: left to itself, wick doesn't run the project or say on what")
            return 1
        with open(source, "w", encoding="utf-8") as file:
            file.write("#include <mqueue.h>\n" + text)
        build = wick(folder, "build", "demo")
        if not build.returncode or not re.search(r"demo/main\.cpp:1:\d+: .*\n.*Wick has no <mqueue\.h>: there is one process; use a queue in memory", build.stdout):
            print("FAILED: nobody says where a header is missing and what to do")
            return 1
        if wick(folder, "new", "demo").returncode == 0 or wick(folder, "build", "nothing").returncode == 0:
            print("FAILED: a wrong command ends well")
            return 1
    return 0


sys.exit(main())
