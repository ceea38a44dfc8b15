# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What Xen's devices cost a guest, counted on real Xen in QEMU: the instructions that the domU executes, told from those of Xen and
of dom0 by their addresses, and how often it is left. Beside it the same image by virtio-mmio, without a hypervisor, under the same
client. Both machines count their instructions as their time or find the guest asleep for each round: figures repeat."""

import os
import re
import struct
import subprocess
import sys
import tempfile

import guest
from guest import SCRATCH, Counts, Unavailable, address, built, server
from row import Row
from support import qemu

FROM, TO = 0x100000, 0x400000  # an image's code; dom0's programs lie above
ROUNDS = {1: 600, 16: 100}
LARGE_ROUNDS = 10
CLIENT_BASE = "0x70000000"  # where no other program of the machine lies


class Between:
    """What the plugin counts between two marks."""

    def __init__(self, begin, end):
        self.path = os.path.join(SCRATCH, f"domain-{os.getpid()}")
        with open(self.path, "wb"):
            pass
        plugin = built("domain.c", "domain.so", "clang-19", "-O2", "-fPIC", "-shared", "{source}", "-o", "{target}")
        self.argument = f"file={plugin},counts={self.path},from={FROM:#x},to={TO:#x},begin={begin:#x},end={end:#x}"

    def read(self):
        """@return instructions, entries of the guest"""
        with open(self.path, "rb") as file:
            counts = struct.unpack("<QQ", file.read(16))
        os.unlink(self.path)
        if not counts[0]:
            raise Unavailable("the load was not counted to its end")
        return counts


def domu(image, between, *words):
    """Runs it on Xen. @return what was shown"""
    done = subprocess.run([sys.executable, os.path.join(guest.ROOT, "tests/xen/run.py"), "domu", "--image", image, "--plugin", between.argument, *words],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise Unavailable("Xen's machine: " + "; ".join(re.findall(r"^(?:FAIL|xen:) +(.*)", done.stdout, re.M)[-3:] or ["no word"]))
    return done.stdout


def client():
    return built("lockstep_client.c", "lockstep_client", "clang-19", "-O2", "-static", f"-Wl,-Ttext-segment={CLIENT_BASE}", "{source}", "-o", "{target}")


def on_xen(image, connections, rounds, path="/hello.txt"):
    """@return instructions and exits a request"""
    program, load = client(), os.path.join(SCRATCH, "xen-load")
    between = Between(address(program, "counting_begins"), address(program, "counting_ends"))
    with open(load, "w", encoding="ascii") as file:
        file.write(f"{connections} {rounds} {path}\n")
    domu(image, between, "--network", "--arguments", "net.ipv4=10.0.5.2/24 net.ipv6=off", "--destroyed",
         "--file", f"client={program}", "--file", f"load={load}", "--meanwhile", os.path.join(guest.HERE, "xen_http.sh"), "--dom0-expect", "dom0: asked")
    return [count / (connections * rounds) for count in between.read()]


def on_virtio(context, connections):
    """@return instructions a request: what twice the rounds take more than once, by as many rounds"""
    counts = Counts()
    with server(context.image("http"), context.tap, extra=counts.arguments):
        def spent(rounds):
            before = counts.instructions()
            guest.call(client(), guest.GUEST, str(connections), str(rounds))
            return counts.instructions() - before
        spent(ROUNDS[connections])
        once, twice = spent(ROUNDS[connections]), spent(2 * ROUNDS[connections])
    return (twice - once) / (connections * ROUNDS[connections] * 1.1)  # and a tenth more before the count


def network(context):
    for connections in (1, 16):
        (ours, exits), usual = on_xen(context.image("http"), connections, ROUNDS[connections]), on_virtio(context, connections)
        at = f"http, {connections} connection{'s' * (connections > 1)}"
        yield Row(f"{at}: instructions a request by Xen's netfront, over virtio-mmio", round(ours / usual, 3), 1.35, "x")
        yield Row(f"{at}: instructions a request by netfront", round(ours))
        yield Row(f"{at}: exits to Xen a request", round(exits, 2))
    image, size = context.large()
    ours, exits = (count / (size >> 20) for count in on_xen(image, 1, LARGE_ROUNDS, "/large.txt"))
    yield Row("http: instructions for a MiB of a large body by netfront", round(ours), 450_000)
    yield Row("http: exits to Xen for a MiB of a large body", round(exits, 2))


DISK_LOADS = {"a MiB in sequence": (32, 0), "4 KiB anywhere on a disk, 32 at once": (0, 4000)}


def disk(context):
    """Reading, MIB in sequence or blocks by 32 threads. The disk is empty: what is counted is the guest's own part."""
    image, debug = context.probe("disk-load"), context.probe_debug("disk-load")
    marks = [address(debug, name) for name in ("load_begins", "load_ends")]
    for what, (mib, blocks) in DISK_LOADS.items():
        words = f"arg={mib} arg={blocks} arg=32"
        between = Between(*marks)
        domu(image, between, "--disk", "data:33:512", "--arguments", words)
        ours, exits = (count / (mib or blocks) for count in between.read())
        between = Between(*marks)
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(33 << 20)
            extra = qemu.device_arguments("microvm", ["block"], disks=[f"data:{file.name}"])
            done = qemu.run(qemu.command(image, append=words, extra=[*extra, "-plugin", between.argument]), 120)
        if done.code:
            raise Unavailable("virtio-blk can't be read: " + done.text.strip().splitlines()[-1])
        usual = between.read()[0] / (mib or blocks)
        yield Row(f"reading {what}: instructions by virtio-blk over Xen's blkfront", round(usual / ours, 3), 0.8, "x", most=False)
        yield Row(f"reading {what}: instructions by blkfront", round(ours))
        yield Row(f"reading {what}: exits to Xen", round(exits, 2))
