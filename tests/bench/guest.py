# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Machines for the figures: QEMU with the counter plugged in, a tap between it and the clients, and the clients."""

import mmap
import os
import re
import resource
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import architecture, qemu  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.realpath(os.path.join(HERE, "..", ".."))
SCRATCH = os.path.join(ROOT, "build", "bench")
TAP, HOST, GUEST = "wickbench0", "198.18.7.1", "198.18.7.2"
MARKS = ("entry", "main", "idle", "visits")


class Unavailable(Exception):
    """A figure that can't be had here; says why."""


def call(*command):
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode:
        raise Unavailable(f"{command[0]}: " + (result.stdout.strip().splitlines() or ["failed"])[-1])
    return result.stdout


def commit():
    """Of what is measured: a page of figures says what it was true of."""
    return call("git", "-C", ROOT, "describe", "--always", "--dirty", "--exclude=*").strip()


def built(name, target, *command):
    """A helper made from a source beside this file, when it is older than that."""
    path, source = os.path.join(SCRATCH, target), os.path.join(HERE, name)
    if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(source):
        call(*[word.format(source=source, target=path) for word in command])
    return path


def counter():
    return built("icount.c", "icount.so", "clang-19", "-O2", "-fPIC", "-shared", "{source}", "-o", "{target}")


def address(debug, symbol):
    match = re.search(rf"^([0-9a-f]+) \w {symbol}$", call("llvm-nm-19", debug), re.M)
    if not match:
        raise Unavailable(f"{debug} has no symbol {symbol}")
    return int(match[1], 16)


def empty_guest():
    built("empty.S", "empty.o", "clang-19", f"--target={architecture.TRIPLE}", "-c", "{source}", "-o", "{target}")
    return built("empty.S", "empty", "ld.lld-19", "-Ttext=0x100000", "-e", "entry", os.path.join(SCRATCH, "empty.o"),
                 "-o", "{target}")


def symbols(debug):
    text = call("llvm-nm-19", debug)
    found = {}
    for mark, names in (("entry", ("hv_entry",)), ("main", ("main", "__main_argc_argv", "__main_void")),
                        ("idle", ("wick_call_yield",))):
        for name in names:
            match = re.search(rf"^([0-9a-f]+) \w {name}$", text, re.M)
            if match:
                found[mark] = int(match[1], 16)
                break
    return found


class Counts:
    """What the plugin writes, readable while the guest runs."""

    def __init__(self, debug=None, visits=None):
        """@param debug image whose entry, main and first wait are marked  @param visits address that is counted"""
        self.path = os.path.join(SCRATCH, f"counts-{os.getpid()}")
        with open(self.path, "wb") as file:
            file.truncate(4096)
        with open(self.path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 4096)
        marks = symbols(debug) if debug else {}
        if visits:
            marks["visits"] = visits
        self.arguments = ["-plugin", ",".join([f"file={counter()}", f"counts={self.path}"] +
                                              [f"{mark}={address:#x}" for mark, address in marks.items()])]

    def _word(self, index):
        return struct.unpack_from("<Q", self.map, 8 * index)[0]

    def instructions(self):
        return self._word(0)

    def mark(self, name):
        return self._word(1 + MARKS.index(name))


class Tap:
    """A tap interface for the runs of a `with`, and the addresses of its ends."""

    def __init__(self, name=TAP, host=HOST, guest=GUEST, *flags):
        """@param flags of `ip tuntap`: what runs itself on Linux wants vnet_hdr"""
        self.name, self.host, self.guest, self.flags = name, host, guest, flags

    def __enter__(self):
        subprocess.run(["ip", "link", "del", self.name], stderr=subprocess.DEVNULL, check=False)
        call("ip", "tuntap", "add", self.name, "mode", "tap", *self.flags)
        call("ip", "addr", "add", f"{self.host}/24", "dev", self.name)
        call("ip", "link", "set", self.name, "up")
        return self

    def __exit__(self, *_):
        subprocess.run(["ip", "link", "del", self.name], check=False)

    def arguments(self, device="", model="virtio-net-device"):
        return ["-netdev", f"tap,id=n0,ifname={self.name},script=no,downscript=no",
                "-device", f"{model},netdev=n0" + ("," + device if device else "")]


def server(image, tap, memory="64", device="", extra=(), append=f"net.ipv4={GUEST}/24 net.ipv6=off", pci=""):
    """A machine with an HTTP server, up once it says its port. Use it in a `with`.
    @param pci model of its network device, on a machine with PCI"""
    words = tap.arguments(device, pci) if pci else tap.arguments(device)
    machine = qemu.Machine(qemu.command(image, "q35" if pci else "microvm", memory=memory, append=append, extra=words + list(extra)))
    if not machine.wait_for(r"port 80", 60):
        text = machine.console()
        machine.__exit__()
        raise Unavailable("the server does not come up: " + (text.strip().splitlines() or ["it says nothing"])[-1])
    if not answers(20):
        machine.__exit__()
        raise Unavailable("the server does not answer")
    return machine


def answers(seconds, path="/hello.txt"):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if subprocess.run(["curl", "-s", "-o", "/dev/null", "-m", "2", f"http://{GUEST}{path}"], check=False).returncode == 0:
            return True
        time.sleep(0.1)
    return False


class Load:
    """A run of wrk: requests, their rate, the client's own time of processors, and what went wrong."""

    def __init__(self, connections, seconds, *more, server=GUEST, path="/hello.txt", within=()):
        """@param within command that runs another one, in a network namespace for example"""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        text = call(*within, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s", *more,
                    f"http://{server}{path}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.client_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.requests = int(re.search(r"(\d+) requests in", text)[1])
        self.rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])
        errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
        self.errors = sum(int(number) for number in errors.groups()) if errors else 0
        self.refused = int((re.search(r"Non-2xx or 3xx responses: (\d+)", text) or [0, 0])[1])
        if not self.requests:
            raise Unavailable("wrk got no answer")
