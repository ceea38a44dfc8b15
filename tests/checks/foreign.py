# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Projects that know nothing of Wick become appliances in two commands, `wick new --port` and `wick run`: one of Meson, one with a
configure script, one with a Makefile. What they find out about the system is right, and a build that fails says by whose words.

    foreign.py [--profile NAME]"""

import argparse
import os
import subprocess
import sys
import tempfile

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
MAIN = """#include <stdio.h>
#include "found.h"
int main(void) { printf("by %s, glob %d, vfork %d\\n", SYSTEM, HAVE_GLOB, HAVE_VFORK); return 0; }
"""
PROJECTS = {
    "meson": {"main.c": MAIN, "meson.build": """project('foreign', 'c')
cc = meson.get_compiler('c')
found = configuration_data()
found.set_quoted('SYSTEM', host_machine.system())
found.set10('HAVE_GLOB', cc.has_function('glob'))
found.set10('HAVE_VFORK', cc.has_function('vfork'))
configure_file(output: 'found.h', configuration: found)
executable('foreign', 'main.c')
"""},
    # What the Autotools' scripts do: config.site first, then trials by the compiler that it names.
    "configure": {"main.c": MAIN, "Makefile.am": "bin_PROGRAMS = foreign\n", "configure": """#!/bin/sh
. "$CONFIG_SITE"
[ "$1" = --host=${ac_cv_host_alias} ] || exit 1
from=$(dirname "$0")
has() { echo "char $1(void); int main(void) { return $1(); }" > trial.c; "$CC" -w trial.c -o trial 2> /dev/null && echo 1 || echo 0; }
printf '#define SYSTEM "%s"\\n#define HAVE_GLOB %s\\n#define HAVE_VFORK %s\\n' "${ac_cv_host##*-}" "$(has glob)" "$(has vfork)" > found.h
printf 'foreign: part.a\\n\\t%s %s/main.c part.a -I. -o foreign\\npart.a:\\n\\techo "int x;" > part.c\\n\\t%s -c part.c\\n\\t%s rcs part.a part.o\\n\\t%s part.a\\n' \\
  "$CC" "$from" "$CC" "$AR" "$RANLIB" > Makefile
"""},
    "make": {"main.c": MAIN, "found.h": '#define SYSTEM "make"\n#define HAVE_GLOB 1\n#define HAVE_VFORK 0\n',
             "Makefile": "foreign: main.c found.h\n\t$(CC) main.c -o foreign\n"},
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile", default="cloud")
    profile = parser.parse_args().profile
    wick = os.path.join(ROOT, "wick")

    def run(*words):
        done = subprocess.run([wick, *words], cwd=scratch, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        print(f"$ wick {' '.join(words)}\n{done.stdout}(exit code {done.returncode})")
        return done.returncode, done.stdout

    with tempfile.TemporaryDirectory(prefix="wick-foreign-") as scratch:
        for name, files in PROJECTS.items():
            tree = os.path.join(scratch, name + "-tree")
            os.mkdir(tree)
            for file, text in files.items():
                with open(os.path.join(tree, file), "w", encoding="utf-8") as out:
                    out.write(text)
            os.chmod(os.path.join(tree, next(reversed(files))), 0o755)
            if run("new", name, "--port", tree)[0]:
                sys.exit(f"FAILED: no manifest for {name}")
            code, said = run("run", name, "--profile", profile, "--timeout", "60")
            system = "make" if name == "make" else "wick"
            if code or f"by {system}, glob 1, vfork 0" not in said:
                sys.exit(f"FAILED: the project of {name} doesn't run")
        with open(os.path.join(scratch, "make-tree/main.c"), "a", encoding="utf-8") as out:
            out.write("int wrong(\n")
        code, said = run("build", "make", "--profile", profile)
        if not code or "building make by make failed" not in said or "main.c" not in said:
            sys.exit("FAILED: a build that fails doesn't say so")
    print("Foreign projects of three kinds run.")


main()
