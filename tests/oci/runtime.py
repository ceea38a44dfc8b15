# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""wick-runtime under podman, and by itself in front of runc and crun: appliances start, answer in their pod's network, are told of
arguments, environment and name, end in order or not, and leave nothing behind.
runtime.py --wick WICK --runtime WICK-RUNTIME --teller IMAGE APPLIANCE"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import execs  # noqa: E402
from support import containers, lacks  # noqa: E402
from support.hosted import check, children, finish, gone, walls  # noqa: E402

POD, PEER = "198.51.100.2", "198.51.100.1"
# podman asks for as many files as the kernel has, which root of some machines may not have.
LIMITS = ["--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096"]


class Network:
    """A pod's, and that of its peer: two namespaces with a cable between them."""

    def __enter__(self):
        self.pod, self.peer = (f"wick-{end}-{os.getpid()}" for end in ("pod", "peer"))
        for name in (self.pod, self.peer):
            if containers.call("ip", "netns", "add", name).returncode:
                lacks.skip("namespaces", "this machine makes no network namespaces")
        for words in (f"-n {self.pod} link add eth0 type veth peer name eth0 netns {self.peer}", f"-n {self.pod} addr add {POD}/30 dev eth0",
                      f"-n {self.peer} addr add {PEER}/30 dev eth0", f"-n {self.pod} link set lo up", f"-n {self.pod} link set eth0 up", f"-n {self.peer} link set eth0 up"):
            assert containers.call("ip", *words.split()).returncode == 0, words
        return self

    def __exit__(self, *_):
        for name in (self.pod, self.peer):
            containers.call("ip", "netns", "del", name)

    def page(self):
        """As somebody beside the pod sees it."""
        return containers.call("ip", "netns", "exec", self.peer, "curl", "-s", "-m", "10", f"http://{POD}/").stdout


class Podman:
    """With images and containers of its own."""

    def __init__(self, runtime, scratch, network):
        self.state, wrapper = os.path.join(scratch, "state"), os.path.join(scratch, "wick-runtime")
        # podman's own processes that clean up know of no --runtime-flag.
        with open(wrapper, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\nexec {runtime} --root {self.state} "$@"\n')
        os.chmod(wrapper, 0o755)
        self.words = ["podman", "--root", f"{scratch}/storage", "--runroot", f"{scratch}/run", "--tmpdir", f"{scratch}/tmp", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs",
                      "--events-backend", "file", "--runtime", wrapper]
        self.network = ["--network", "ns:/run/netns/" + network.pod]
        self.runtime = runtime

    def __call__(self, *words, **options):
        return containers.call(*self.words, *words, **options)

    def run(self, *words, **options):
        return containers.call(*self.words, "run", *LIMITS, *self.network, *words, **options)

    def inspect(self, name, what):
        return self("inspect", "--format", "{{." + what + "}}", name).stdout.strip()

    def known(self):
        """Containers of which the runtime has anything."""
        return os.listdir(f"{self.state}/bundles") + os.listdir(f"{self.state}/engine")


def names_asked(monitor):
    """What the processes of the network below `monitor` have open as their list of name servers."""
    found = ""
    pids = [monitor]
    while pids:
        pid = pids.pop()
        pids += children(pid)
        for number in os.listdir(f"/proc/{pid}/fd"):
            if os.readlink(f"/proc/{pid}/fd/{number}").endswith("resolv.conf"):
                with open(f"/proc/{pid}/fd/{number}", encoding="ascii") as file:
                    found += file.read()
    return found


def load(podman, wick, image, name):
    containers.call(wick, "pack", image, "--format", "oci", "-o", f"{name}.oci.tar")
    done = podman("load", "-i", f"{name}.oci.tar")
    if not check(f"localhost/{name}:latest" in done.stdout, f"podman loads {name}"):
        print(done.stderr)


def served(podman, network, wall):
    words = [] if wall == "hosted" else ["--wall=process"]
    done = podman.run("-d", "--dns", PEER, "--name", "web", "localhost/http:latest", *words)
    if not check(done.returncode == 0, f"podman runs an appliance behind {wall}"):
        print(done.stderr)
        return
    check(containers.wait_until(lambda: "http: " in podman("logs", "web").stdout), "podman logs shows its console")
    check("<h1>It works</h1>" in network.page(), "its page is at the pod's address")
    container, pid = podman.inspect("web", "Id"), int(podman.inspect("web", "State.Pid"))
    state = json.loads(containers.call(podman.runtime, "--root", podman.state, "state", container).stdout)
    check(state["id"] == container and state["status"] == "running" and state["pid"] == pid and state["ociVersion"].startswith("1.")
          and os.path.exists(os.path.join(state["bundle"], "config.json")) and "/storage/" in state["bundle"], "its state is what podman knows of it")
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        check(f"--wall={wall}".encode() in file.read().split(b"\0"), f"its process is the monitor, behind {wall}")
    check(PEER in names_asked(pid), "the pod's name server is the one that its network asks")
    execs.answered(podman)
    podman("kill", "--signal", "USR1", "web")
    check(containers.wait_until(lambda: "statistics of http after" in podman("logs", "web").stderr), "SIGUSR1 has its counts in the log")
    start = time.monotonic()
    podman("stop", "--time", "20", "web")
    check(podman.inspect("web", "State.ExitCode") == "0" and time.monotonic() - start < 15, "podman stop ends it in order")
    check(podman("exec", "web", "metrics").returncode not in (0, 127), "nobody answers in a container that has ended")
    check(podman("start", "web").returncode == 0 and containers.wait_until(lambda: "<h1>It works</h1>" in network.page()), "it starts again by the same name")
    podman("kill", "--signal", "KILL", "web")
    podman("wait", "web")
    check(podman.inspect("web", "State.ExitCode") == "137", "one that was killed has 137")
    check(podman("rm", "web").returncode == 0 and podman.known() == [], "nothing is left of it")


def tapped(podman, network, wall):
    """The guest at the pod's own interface: to its peer it is the pod, by ping as well, and afterwards the pod is as it was."""
    def pod(*words):
        return containers.call("ip", "-n", network.pod, *words).stdout

    def ingress():
        return "ingress" in containers.call("ip", "netns", "exec", network.pod, "tc", "qdisc").stdout

    words = ["-d", "--annotation", "io.wick.network=tap", "--dns", PEER, "--name"]
    wanted = [] if wall == "hosted" else ["--wall=process"]
    done = podman.run(*words, "web", "localhost/http:latest", *wanted)
    if not check(done.returncode == 0, f"podman runs an appliance at the pod's interface, behind {wall}"):
        print(done.stderr)
        return
    check(containers.wait_until(lambda: "<h1>It works</h1>" in network.page()), "its page is at the pod's address")
    address = json.loads(pod("-json", "address", "show", "eth0"))[0]["address"]
    neighbours = json.loads(containers.call("ip", "-n", network.peer, "-json", "neigh", "show", POD).stdout)
    check([one["lladdr"] for one in neighbours] == [address], "at the pod's MAC address")
    with open(f"/proc/{podman.inspect('web', 'State.Pid')}/cmdline", "rb") as file:
        line = file.read().split(b"\0")
    check(f"--append=net.ipv4={POD}/30 net.mtu=1500 net.dns={PEER}".encode() in line and not any(word.startswith(b"--publish") for word in line), "it is told address, MTU and name server")
    # The host behind the pod's interface, which nothing reaches any more, would be silent.
    check(containers.call("ip", "netns", "exec", network.peer, "ping", "-c", "1", "-W", "5", "-s", "1400", POD).returncode == 0, "it answers to ping")
    done = podman.run(*words, "second", "localhost/http:latest", *wanted)
    check(done.returncode != 0 and "The pod's network can't be given to the guest" in done.stderr, "a second one of the pod is refused")
    podman("rm", "second")
    check("<h1>It works</h1>" in network.page() and ingress(), "which the first one doesn't notice")
    podman("stop", "--time", "20", "web")
    check(podman.inspect("web", "State.ExitCode") == "0", "podman stop ends it in order")
    check(podman("rm", "web").returncode == 0 and podman.known() == [] and not pod("link", "show", "wick0") and not ingress(), "nothing is left of it in the pod")
    done = podman.run("--rm", "--annotation", "io.wick.network=bridge", "localhost/http:latest")
    check(done.returncode != 0 and "and a network is user or tap" in done.stderr, "another word for its network is refused")


def told(podman):
    done = podman.run("--rm", "--hostname", "pod-7", "--env", "WHAT=a b=c", "localhost/test-container:latest", "--arg=42", "--arg=x  y", "--arg=")
    lines = done.stdout.replace("\r", "").splitlines()
    check(done.returncode == 42, f"its exit code is the container's: {done.returncode}")
    check("host pod-7" in lines, "the container's name is the guest's")
    check([line for line in lines if line.startswith("argument ")] == ["argument 42", "argument x  y", "argument "], "words behind the image are its arguments")
    check("variable WHAT=a b=c" in lines and "variable HOSTNAME=pod-7" in lines, "the container's environment is the guest's")
    done = podman.run("--rm", "--env", "WHAT=second", "localhost/test-container:latest", "--env=WHAT=of the image")
    check(done.returncode == 3 and "argument of the manifest" in done.stdout and done.stdout.index("WHAT=second") < done.stdout.index("WHAT=of"),
          "without words the manifest's arguments stay, and the engine's variables come first")
    done = podman.run("--rm", "--tty", "localhost/test-container:latest", "--arg=0", text=False)
    check(done.returncode == 0 and b"argument 0\r\n" in done.stdout, "it has a terminal of podman's")
    done = podman.run("--rm", "--memory", "8m", "localhost/test-container:latest")
    check(done.returncode != 0 and "memory is limited to 8388608 bytes" in done.stderr, "podman shows why one can't be made")
    check(podman.known() == [], "nothing is left of any")


def alone(runtime, engine, bundle):
    """create, start, kill, delete in front of one engine, which is all that PATH has."""
    scratch = f"only-{engine}"
    os.mkdir(scratch)
    os.symlink(shutil.which(engine), f"{scratch}/{engine}")
    environment = os.environ | {"PATH": os.path.abspath(scratch)}
    for tool in ("ps", "sh", "umount", "unshare"):  # runc has its processes listed by ps
        os.symlink(shutil.which(tool), f"{scratch}/{tool}")
    words = containers.engine(engine)[:-1]

    def call(*command):
        return containers.call(*words, runtime, "--root", f"{scratch}/state", *command, env=environment)

    def console():
        with open(f"{scratch}/out", encoding="utf-8") as file:
            return file.read()

    def start(*command):
        """Whose standard output its container has."""
        with open(f"{scratch}/out", "wb") as out:
            return subprocess.run([*words, runtime, "--root", f"{scratch}/state", *command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=60, env=environment).returncode

    made = start("create", "--bundle", bundle, "--pid-file", f"{scratch}/pid", "app")
    if not check(made == 0, f"{engine} makes a container"):
        print(console())
        return
    with open(f"{scratch}/pid", encoding="ascii") as file:
        pid = int(file.read())
    check(json.loads(call("state", "app").stdout)["status"] == "created", "it is created")
    again = call("create", "--bundle", bundle, "app")
    check(again.returncode == 1 and "There is a container app already" in again.stderr, "a second one of its name is refused")
    early = call("exec", "app", "metrics")
    check(early.returncode == 1 and "The container app is created, and only one that runs can be asked" in early.stderr, "it can't be asked yet")
    check(call("start", "app").returncode == 0 and containers.wait_until(lambda: "http: " in console()), "it starts")
    listed = json.loads(call("list", "--format", "json").stdout)
    check([(one["id"], one["status"], one["pid"], one["bundle"]) for one in listed] == [("app", "running", pid, bundle)] and call("list", "-q").stdout == "app\n", "it is listed")
    table = call("list").stdout.splitlines()
    check(table[0].split() == ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"] and table[1].split()[:4] == ["app", str(pid), "running", bundle]
          and json.loads(call("list", "-f", "json").stdout) == listed, "in runc's columns")
    check(json.loads(call("ps", "--format", "json", "app").stdout)[0] == pid, "its processes in JSON")
    check(str(pid) in call("ps", "app").stdout.split() and call("update", "--pids-limit", "100", "app").returncode == 0, "its processes are told, its limits changed")
    paused = [call("pause", "app").returncode, json.loads(call("state", "app").stdout)["status"], call("resume", "app").returncode, json.loads(call("state", "app").stdout)["status"]]
    check(paused == [0, "paused", 0, "running"], "it can be paused")
    check(call("delete", "app").returncode != 0 and call("list", "-q").stdout == "app\n", "a running one isn't deleted")
    execs.as_engines_do(call, scratch)
    call("kill", "app", "TERM")
    check(containers.wait_until(lambda: json.loads(call("state", "app").stdout)["status"] == "stopped"), "SIGTERM ends it")
    check("The container app is stopped" in call("exec", "app", "metrics").stderr, "nor any more")
    check(call("delete", "app").returncode == 0 and call("list", "--format", "json").stdout == "[]\n", "it is gone")
    check(call("delete", "--force", "app").returncode == 0, "to delete what isn't there by force is no fault")
    check(start("run", "--bundle", bundle, "--detach", "app") == 0 and call("list", "-q").stdout == "app\n", "run --detach leaves it running")
    pid = json.loads(call("state", "app").stdout)["pid"]
    check(call("delete", "--force", "app").returncode == 0 and gone([pid]) and os.listdir(f"{scratch}/state/bundles") == [], "delete --force ends it")


def sandbox(runtime):
    """A pod's own container is no appliance, and its engine marks it. Its program here is the runtime, which needs nothing."""
    containers.call("cp", "-r", "bundle", "sandbox")
    os.remove("sandbox/rootfs/urunc.json")
    shutil.copy(runtime, "sandbox/rootfs/pause")
    shutil.copy(os.path.realpath(shutil.which("true")), "sandbox/file")
    for kind, said in (("io.kubernetes.cri.container-type", "wick-runtime version"), ("io.kubernetes.cri-o.ContainerType", "wick-runtime version"), ("kind", "/pause is no appliance")):
        def change(config):
            config["process"]["args"] = ["/pause", "--version"]
            config["annotations"] = {kind: "sandbox"}
            config["mounts"].append({"destination": "/file", "type": "bind", "source": "file", "options": ["bind", "ro"]})

        containers.change_bundle("sandbox", change)
        done = containers.call(runtime, "--root", os.path.abspath("state"), "run", "--bundle", "sandbox", "pod")
        check(said in done.stdout + done.stderr and (done.returncode == 0) == (kind != "kind"), f"a container by {kind}: {said}")


def bundle_of(image):
    """As an engine has unpacked it, for a process that isn't the appliance: urunc.json names it."""
    containers.call("umoci", "unpack", "--image", image, "bundle")

    def change(config):
        config["process"]["args"] = ["--idle-seconds", "60"]

    containers.change_bundle("bundle", change)
    return os.path.abspath("bundle")


def main():
    wick, runtime, teller, appliance = containers.parse()
    containers.need_root()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="wick-runtime-") as scratch, Network() as network:
        os.chdir(scratch)
        podman = Podman(runtime, scratch, network)
        try:
            load(podman, wick, appliance, "http")
            load(podman, wick, teller, "test-container")
            for wall in walls():
                served(podman, network, wall)
                tapped(podman, network, wall)
            told(podman)
            containers.call(wick, "pack", appliance, "--format", "oci", "-o", "http.oci")
            bundle = bundle_of("http.oci:latest")
            sandbox(runtime)
            for engine in ("runc", "crun"):
                alone(runtime, engine, bundle)
        finally:
            podman("rm", "--all", "--force")
            podman("rmi", "--all", "--force")
            os.chdir("/")
    finish()


main()
