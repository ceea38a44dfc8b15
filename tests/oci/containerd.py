# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""containerd and its shim start an appliance by wick-runtime, as Kubernetes has them do: a daemon of its own, in namespaces of its own.
containerd.py --wick WICK --runtime WICK-RUNTIME --teller IMAGE-THAT-TELLS-ITS-ARGUMENTS APPLIANCE"""

import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import containers, own_machine  # noqa: E402
from support.hosted import check, finish  # noqa: E402

POD = "10.9.9.9"
STATE = "/run/wick"
OWN_FOLDERS = ("/run", "/var/lib/containerd", "/etc/containerd")
SNAPSHOTS = ["--snapshotter", "native"]  # whatever file system a test's folder is on


def ctr(*words, **options):
    return containers.call("ctr", *words, **options)


def load(wick, image, name):
    containers.call(wick, "pack", image, "--format", "oci", "-o", f"{name}.oci.tar")
    done = ctr("image", "import", *SNAPSHOTS, f"{name}.oci.tar")
    if not check(f"localhost/{name}:latest" in ctr("image", "ls", "-q").stdout.split(), f"containerd imports {name}"):
        print(done.stderr)


class Engine:
    def __init__(self, runtime):
        self.options = [*SNAPSHOTS, "--runtime", "io.containerd.runc.v2", "--runc-binary", runtime, "--runc-root", STATE, "--net-host"]
        self.runtime = runtime

    def run(self, *words):
        return ctr("run", *self.options, *words)


def tasks():
    """Name and status of each."""
    return [tuple(line.split()[::2]) for line in ctr("task", "ls").stdout.splitlines()[1:]]


def served(engine):
    done = engine.run("--detach", "localhost/http:latest", "web")
    if not check(done.returncode == 0 and tasks() == [("web", "RUNNING")], "containerd's shim starts an appliance"):
        print(done.stderr)
        return
    page = containers.wait_until(lambda: containers.call("curl", "-s", "-m", "10", f"http://{POD}/").stdout)
    check(page and "<h1>It works</h1>" in page, "its page is at the pod's address")
    pid = ctr("task", "ls").stdout.splitlines()[1].split()[1]
    check(pid in [line.split()[0] for line in ctr("task", "ps", "web").stdout.splitlines()[1:]], "its processes are told")
    done = ctr("task", "exec", "--exec-id", "question", "web", "metrics")
    check(done.returncode == 0 and "wick_guest_seconds " in done.stdout, f"ctr task exec is answered: {done.returncode} {done.stderr.strip()}")
    check(ctr("task", "exec", "--exec-id", "program", "web", "sh").returncode == 127, "and no program is 127")
    paused = [ctr("task", "pause", "web").returncode, tasks(), ctr("task", "resume", "web").returncode, tasks()]
    check(paused == [0, [("web", "PAUSED")], 0, [("web", "RUNNING")]], "it can be paused")
    check(ctr("task", "kill", "web").returncode == 0 and containers.wait_until(lambda: tasks() == [("web", "STOPPED")]), "SIGTERM ends it")
    check(ctr("task", "rm", "web").returncode == 0 and ctr("container", "rm", "web").returncode == 0, "it is removed")


def told(engine):
    done = engine.run("--rm", "--env", "WHAT=a b", "localhost/test-container:latest", "teller", "7", "x  y")
    lines = done.stdout.replace("\r", "").splitlines()
    if not check(done.returncode == 7 and "argument x  y" in lines and "variable WHAT=a b" in lines, f"arguments, environment and exit code are the container's: {done.returncode}"):
        print(done.stdout, done.stderr)


def main():
    wick, runtime, teller, appliance = containers.parse()
    containers.need_root()
    own_machine.enter(__file__, ["--wick", wick, "--runtime", runtime, "--teller", teller, appliance], OWN_FOLDERS)
    subprocess.run(["ip", "address", "add", POD + "/24", "dev", "lo"], check=True)
    with open("/etc/containerd/config.toml", "w", encoding="ascii") as file:
        file.write('version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n')
    with tempfile.TemporaryDirectory(prefix="wick-containerd-") as scratch:
        os.chdir(scratch)
        with own_machine.daemon("containerd"):
            check(containers.wait_until(lambda: ctr("version").returncode == 0), "containerd is there")
            load(wick, appliance, "http")
            load(wick, teller, "test-container")
            engine = Engine(runtime)
            served(engine)
            told(engine)
            check(tasks() == [] and all(os.listdir(f"{STATE}/default/{folder}") == [] for folder in ("bundles", "engine")), "nothing is left of any")
        os.chdir("/")
    finish()


main()
