# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""An appliance with a network, under QEMU or running itself on Linux (--wall hosted or process), for tests with real
clients: behind a NAT (Wick's own, of which QEMU gets the wire as `wick run` gives it), or on a tap in a network namespace of its own. Tests call `check` for each
thing that must hold and end with `finish`."""

import argparse
import ctypes
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import hosted  # noqa: E402
import lacks  # noqa: E402
import qemu  # noqa: E402
from host_ports import free_port  # noqa: E402

NETWORK = str(pathlib.Path(__file__).resolve().parent.parent.parent / "build/host/monitor/wick-monitor")
CLONE_NEWNET = 0x40000000
GUEST4, HOST4, GUEST6, HOST6 = "10.98.0.2", "10.98.0.1", "fd98::2", "fd98::1"
failures = 0


def parse(*more):
    """more: a test's own arguments, each a name and what argparse is to know of it"""
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True)
    parser.add_argument("--memory", default="64")
    parser.add_argument("--model", default="", help="QEMU's network device in the place of virtio's, on PCI")
    parser.add_argument("--debug", help="the image with its symbols, for who looks into it")
    parser.add_argument("--wall", choices=hosted.WALLS, help="of an appliance that runs itself")
    for name, how in more:
        parser.add_argument(name, **how)
    arguments = parser.parse_args()
    if arguments.wall:
        hosted.need(arguments.wall)
    return arguments


def need(*programs):
    for program in programs:
        if not shutil.which(program):
            sys.exit(f"FAILED: {program} is not installed: ./wick test installs what the tests need")


def check(condition, what):
    global failures
    print(("ok      " if condition else "FAILED  ") + what, flush=True)
    failures += 0 if condition else 1


def finish():
    sys.exit(1 if failures else 0)


def free_ports(forwards):
    """A port of the host's for each, and the words that lead it to the guest."""
    ports = {f: free_port(socket.SOCK_STREAM if f[0] == "tcp" else socket.SOCK_DGRAM) for f in forwards}
    return ports, [word for (kind, port), host in ports.items() for word in ("-p", f"{host}:{port}/{kind}")]


class QemuNat(qemu.Machine):
    """forwards: ("tcp", 80) and the like; `port` tells the host's port of each."""

    def __init__(self, image, forwards, append="", memory="64", disks=(), model="", more=()):
        self.ports, words = free_ports(forwards)
        machine = "q35" if model else "microvm"
        extra = qemu.device_arguments(machine, ["network", "block"], disks=disks, net="dgram,id=n0,local.type=fd,local.str=3",
                                      model=model)
        line = qemu.command(image, machine, memory=memory, append="log.level=info " + append, extra=[*extra, *more])
        super().__init__([NETWORK, "--network-process", *words, "--run", *line])

    def port(self, kind, number):
        return self.ports[kind, number]


class HostedNat(hosted.Machine):
    """As QemuNat, of an appliance that runs itself."""

    def __init__(self, image, wall, forwards, append="", *options):
        self.ports, words = free_ports(forwards)
        super().__init__(image, wall, *words, *options, "--append", "log.level=info " + append)

    def port(self, kind, number):
        return self.ports[kind, number]


def nat(arguments, forwards, append=""):
    """The machine that the command line asks for, behind its NAT."""
    if arguments.wall:
        return HostedNat(arguments.image, arguments.wall, forwards, append)
    return QemuNat(arguments.image, forwards, append, memory=arguments.memory, model=arguments.model)


def nat_with_disk(arguments, forwards, disk, append="", memory=None):
    """As nat(), of an image with a volume. disk: "serial:file" """
    if arguments.wall:
        return HostedNat(arguments.image, arguments.wall, forwards, append, "--disk", disk.replace(":", "=", 1),
                         *(["--memory", f"{memory}M"] if memory else []))
    return QemuNat(arguments.image, forwards, append, memory=memory or arguments.memory, disks=[disk])


class Namespace:
    """A network namespace with a tap, gone at the end."""

    def __init__(self, tag):
        if os.geteuid() != 0 or not os.path.exists("/dev/net/tun"):
            lacks.skip("namespaces", "a tap needs root and /dev/net/tun")
        need("ip")
        self.name = f"wick-net-{tag}-{os.getpid()}"
        self.tap = "tap0"

    def __enter__(self):
        if subprocess.run(["ip", "netns", "add", self.name], capture_output=True).returncode:
            lacks.skip("namespaces", "this machine makes no network namespaces")
        try:
            for line in (f"link set lo up", f"tuntap add dev {self.tap} mode tap vnet_hdr", f"addr add {HOST4}/24 dev {self.tap}",
                         f"addr add {HOST6}/64 dev {self.tap} nodad", f"link set {self.tap} up"):
                subprocess.run(["ip", "-n", self.name] + line.split(), check=True, capture_output=True)
        except subprocess.CalledProcessError as error:
            self.__exit__()
            lacks.skip("namespaces", f"no tap: {error.stderr.decode().strip()}")
        return self

    def __exit__(self, *_):
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True)

    def enter(self):
        """Moves this process there: its sockets reach the guest from now on."""
        with open(f"/run/netns/{self.name}", encoding="ascii") as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")

    def command(self, *arguments):
        return ["ip", "netns", "exec", self.name] + list(arguments)

    def run(self, *arguments, timeout=60, **options):
        return subprocess.run(self.command(*arguments), capture_output=True, timeout=timeout, **options)

    def machine(self, image, append="", memory="64", device=""):
        net = f"tap,id=n0,ifname={self.tap},script=no,downscript=no"
        extra = qemu.device_arguments("microvm", ["network"], net=net)
        if device:
            extra[-1] += device
        return qemu.Machine(self.command() + qemu.command(image, memory=memory, append=self.settings(append), extra=extra))

    def settings(self, append=""):
        return f"log.level=info {append} net.ipv4={GUEST4}/24 net.gateway4={HOST4} net.ipv6={GUEST6}/64"  # the first counts

    def start(self, arguments, append=""):
        """The machine that the command line asks for, at the tap."""
        if not arguments.wall:
            return self.machine(arguments.image, append, memory=arguments.memory)
        return hosted.Machine(arguments.image, arguments.wall, "--tap", self.tap, "--append", self.settings(append),
                              prefix=self.command())


def namespace_sockets(name, make):
    """Sockets belong to the namespace of the thread that makes them."""
    def enter():
        with open(f"/run/netns/{name}", encoding="ascii") as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
        made.extend(make())

    made = []
    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    return made


METRICS_PORT = 9100
METRICS = f"arg=--metrics-port arg={METRICS_PORT}"


def metrics(text):
    """The page of /metrics as a dictionary."""
    return {line.rsplit(" ", 1)[0]: int(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line and line[0] != "#"}
