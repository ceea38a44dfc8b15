# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""podman without any right of the machine's starts an appliance by wick-runtime: a user who isn't root and has one id alone, in a user
namespace. rootless.py --wick WICK --runtime WICK-RUNTIME --teller IMAGE-THAT-TELLS-ITS-ARGUMENTS APPLIANCE"""

import os
import shutil
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import containers, lacks, own_machine  # noqa: E402
from support.hosted import check, finish  # noqa: E402

USER = 4321
HOME, RUNTIME_FOLDER = "/run/home", f"/run/user/{USER}"
OWN_FOLDERS = ("/run",)
PODMAN = ["podman", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "file", "--runtime"]


def as_user(*words):
    environment = os.environ | {"HOME": HOME, "XDG_RUNTIME_DIR": RUNTIME_FOLDER, "USER": "wick"}
    return containers.call("setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups", "--no-new-privs", *words, cwd=HOME, env=environment)


def load(podman, wick, image, name):
    containers.call(wick, "pack", image, "--format", "oci", "-o", f"{HOME}/{name}.oci.tar")
    os.chmod(f"{HOME}/{name}.oci.tar", 0o644)
    done = podman("load", "-i", f"{name}.oci.tar")
    if not check(f"localhost/{name}:latest" in done.stdout, f"podman loads {name}"):
        print(done.stderr)


def main():
    wick, runtime, teller, appliance = containers.parse()
    containers.need_root()
    if containers.call("setpriv", "--reuid", str(USER), "--clear-groups", "unshare", "--user", "--map-root-user", "true").returncode:
        lacks.skip("namespaces", "who isn't root can't have a user namespace here")
    own_machine.enter(__file__, ["--wick", wick, "--runtime", runtime, "--teller", teller, appliance], OWN_FOLDERS)
    own_machine.add_lines("/etc/passwd", f"wick:x:{USER}:{USER}::{HOME}:/bin/sh\n")
    own_machine.add_lines("/etc/group", f"wick:x:{USER}:\n")
    for folder in (HOME, RUNTIME_FOLDER):
        os.makedirs(folder)
        os.chown(folder, USER, USER)
    shutil.copy(runtime, "/run/runtime")

    def podman(*words):
        return as_user(*PODMAN, "/run/runtime", *words)

    load(podman, wick, appliance, "http")
    load(podman, wick, teller, "test-container")
    done = podman("run", "--rm", "--network", "none", "--env", "WHAT=a b", "localhost/test-container:latest", "--arg=9", "--arg=x  y")
    lines = done.stdout.replace("\r", "").splitlines()
    if not check(done.returncode == 9 and "argument x  y" in lines and "variable WHAT=a b" in lines, "arguments, environment and exit code are the container's"):
        print(done.stdout, done.stderr)
    done = podman("run", "--detach", "--network", "none", "--name", "web", "localhost/http:latest")
    pid = podman("inspect", "--format", "{{.State.Pid}}", "web").stdout.strip()
    if not check(done.returncode == 0 and int(pid or 0) > 0, "an appliance runs without any right of the machine's"):
        print(done.stderr)
    page = containers.wait_until(lambda: containers.call("nsenter", "--target", pid, "--net", "curl", "-s", "-m", "10", "http://127.0.0.1/").stdout)
    check(page and "<h1>It works</h1>" in page, "its page is in its network")
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        check(f"Uid:\t{USER}\t{USER}\t{USER}\t{USER}\n" in file.read(), "its process is the user's")
    podman("stop", "--time", "20", "web")
    check(podman("inspect", "--format", "{{.State.ExitCode}}", "web").stdout.strip() == "0", "podman stop ends it in order")
    podman("rm", "web")
    check(os.listdir(f"{RUNTIME_FOLDER}/wick-runtime/bundles") == [], "nothing is left of it")
    finish()


main()
