# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""wick new --port: each build system is recognised by its file, and what it makes as far as that is written there; sources without
one are taken, but for those with a further main(); an archive is pinned and fetched; nothing to build is said. port.py WICK"""

import io
import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
wick = os.path.abspath(sys.argv[1])
C = "int main(void) { return 0; }\n"
TREES = {
    "by-cmake": ({"CMakeLists.txt": "project(x C)\nadd_library(l l.c)\nadd_executable(tool main.c)\n", "main.c": C}, "cmake", "build:tool"),
    "by-meson": ({"meson.build": "project('x', 'c')\nexecutable('tool', 'main.c')\n", "main.c": C}, "meson", "build:tool"),
    "by-configure": ({"configure": "#!/bin/sh\n", "Makefile.am": "bin_PROGRAMS = tool\n", "Makefile": "all:\n"}, "autotools", "build:tool"),
    "by-make": ({"Makefile": "all:\n\t$(CC) main.c -o tool\n", "main.c": C}, "make", "build:tool"),
    "untold": ({"Makefile": "all:\n\techo\n"}, "make", "build:untold"),
    "plain": ({"main.c": "#include <sys/socket.h>\n" + C, "other.c": C, "part.c": "int x;\n"}, None, None),
}


def check(condition, what):
    print(("ok      " if condition else "FAILED  ") + what)
    if not condition:
        sys.exit(1)


def main():
    with tempfile.TemporaryDirectory(prefix="wick-port-") as scratch:
        os.makedirs(scratch + "/toolkit/build")
        os.symlink(os.path.join(ROOT, "tools"), scratch + "/toolkit/tools")

        def new(name, source):
            done = subprocess.run([wick, "new", f"{scratch}/new/{name}", "--port", source], env={**os.environ, "WICK_ROOT": scratch + "/toolkit"},
                                  text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            manifest = f"{scratch}/new/{name}/wick.toml"
            if done.returncode or not os.path.exists(manifest):
                return done.stdout, None
            with open(manifest, "rb") as file:
                return done.stdout, tomllib.load(file)

        for name, (files, system, program) in TREES.items():
            tree = f"{scratch}/{name}"
            os.mkdir(tree)
            for file, text in files.items():
                with open(f"{tree}/{file}", "w", encoding="utf-8") as out:
                    out.write(text)
            said, manifest = new(name, tree)
            application = manifest["application"]
            if system:
                check(application == {"program": program, "build": {"system": system, "source": tree}} and next(iter(files)) in said,
                      f"{name}: {system} makes {program}")
            else:
                check(application == {"sources": [f"{tree}/*.c", f"!{tree}/other.c"], "includes": [f"{tree}/."]} and "network" in manifest,
                      f"{name}: sources, one main(), sockets")
        with tarfile.open(scratch + "/packed-1.tar.gz", "w:gz") as tar:
            entry = tarfile.TarInfo("packed-1/meson.build")
            text = b"executable('packed', 'main.c')"
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
        said, manifest = new("packed", f"file://{scratch}/packed-1.tar.gz")
        check(manifest and manifest["application"] == {"sources_from": ["packed.wrap"], "program": "build:packed",
                                                       "build": {"system": "meson", "source": "packed:."}}, "an archive by its address")
        os.mkdir(scratch + "/empty")
        check("has no build system that wick knows, and no sources" in new("nothing", scratch + "/empty")[0], "nothing to build is said")
        check("There is no folder" in new("nowhere", scratch + "/nowhere")[0], "and no folder")
        check("can't be fetched" in new("gone", f"file://{scratch}/gone.tar")[0], "and no archive")


main()
