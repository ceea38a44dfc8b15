# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""application.sources_from: the first command that needs the sources fetches them, a second one doesn't, paths by the wrap's
name lie in them, and an archive that is gone or another one is told in one sentence and leaves nothing behind. upstream.py WICK"""

import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
wick = os.path.abspath(sys.argv[1])
MANIFEST = """[appliance]
name = "demo"

[application]
sources_from = ["demo.wrap"]
sources = ["demo:src/*.c", "!demo:src/other.c"]
includes = ["demo:."]

[files]
"/doc" = "demo:README"
"""


def check(condition, what):
    print(("ok      " if condition else "FAILED  ") + what)
    if not condition:
        sys.exit(1)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def archive(path):
    with tarfile.open(path, "w") as tar:
        for name in ("src/main.c", "src/other.c", "README"):
            entry = tarfile.TarInfo("demo-1.0/" + name)
            entry.size = len(name)
            tar.addfile(entry, io.BytesIO(name.encode()))
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def main():
    with tempfile.TemporaryDirectory(prefix="wick-upstream-") as scratch:
        toolkit, project = os.path.join(scratch, "toolkit"), os.path.join(scratch, "project")
        os.makedirs(toolkit + "/build")
        os.mkdir(project)
        os.symlink(os.path.join(ROOT, "tools"), toolkit + "/tools")
        tar = os.path.join(scratch, "demo.tar")
        digest = archive(tar)

        def wrap(source_hash):
            write(project + "/demo.wrap", f"[wrap-file]\ndirectory = demo-1.0\nsource_filename = demo.tar\n"
                  f"source_url = file://{tar}\nsource_hash = {source_hash}\n")

        def run():
            return subprocess.run([wick, "manifest", "--json", project], env={**os.environ, "WICK_ROOT": toolkit}, text=True,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

        write(project + "/wick.toml", MANIFEST)
        wrap("0" * 64)
        done = run()
        check(done.returncode and "The sources of demo can't be fetched." in done.stderr and "is not the one demo.wrap pins" in done.stderr,
              "another archive than the pinned one is refused")
        check(os.listdir(toolkit + "/build/sources") == [], "and leaves nothing behind")
        wrap(digest)
        done = run()
        folder = f"{toolkit}/build/sources/demo-1.0-{digest[:12]}"
        check(done.returncode == 0 and "fetching the sources of demo" in done.stderr, "the first command fetches them, and says so")
        application = json.loads(done.stdout)["application"]
        check(application["sources"] == [folder + "/src/main.c"] and application["includes"] == [folder],
              "sources and includes lie in them, but what is left out")
        check(json.loads(done.stdout)["files"]["/doc"] == folder + "/README", "and files to embed")
        os.remove(tar)
        check(run().stderr == "", "a second one needs no archive")
        wrap("1" * 64)
        done = run()
        check(done.returncode and "demo.tar can't be had" in done.stderr, "an archive that is gone is told")


main()
