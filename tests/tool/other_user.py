# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The checkout of another user, or one where root has built: one sentence before anything is built, from the launcher and
from the tool. Run by root this becomes nobody for it; by anybody else the folder's rights do."""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import architecture  # noqa: E402

CLOUD = architecture.profile("cloud")

launcher = pathlib.Path(__file__).resolve().parents[2] / "wick"
tool = pathlib.Path(sys.argv[1]).resolve()


def run(command, root):
    user = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, cwd="/", timeout=60,
                          env={**os.environ, "WICK_ROOT": str(root), "HOME": "/"}, **user)
    return done.returncode, done.stderr


def expect(command, root, sentence):
    code, said = run(command, root)
    if code != 1 or sentence not in said or len(said.splitlines()) > 2:
        sys.exit(f"FAILED: {command[0]} ended with {code} and said:\n{said}")


with tempfile.TemporaryDirectory(prefix="wick-other-user-") as scratch:
    root = pathlib.Path(scratch) / "tree"
    build = root / "build"
    for folder in (build, root / "subprojects/packagefiles", root / "subprojects/packagecache", root / "tools", root / "build-profiles",
                   root / "app"):
        folder.mkdir(parents=True)
    for name in ("subprojects/any.wrap", "tools/fetch_deps.py", f"build-profiles/{CLOUD}.ini", "app/main.c"):
        (root / name).touch()
    (root / "app/wick.toml").write_text('[appliance]\nname = "any"\n\n[application]\nsources = ["main.c"]\n')
    (root / "subprojects/packagecache/.complete").touch()
    (root / "wick").write_bytes(launcher.read_bytes())
    for path in (pathlib.Path(scratch), root / "wick"):
        path.chmod(0o755)
    # The tool may lie where another user can't go.
    copy = root / "tool"
    copy.write_bytes(tool.read_bytes())
    copy.chmod(0o755)

    build.chmod(0o555)
    expect([root / "wick", "build", "app"], root, f"wick: {build} belongs to ")
    expect([copy, "build", root / "app"], root, f"You may not write to {build}: somebody else has built there.")
    # Only the lock is somebody else's.
    build.chmod(0o777)
    (build / "host.lock").touch()
    (build / f"{CLOUD}.lock").touch()
    for lock in build.iterdir():
        lock.chmod(0o444)
    expect([root / "wick", "build", "app"], root, f"wick: {build}/host.lock belongs to ")
    expect([copy, "build", root / "app"], root, f"You may not write to {build}/{CLOUD}.lock")
print("four refusals, each in one sentence")
