# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The figures. Each function measures one subject and returns rows; counts repeat, ratios are within one run."""

import os
import re
import statistics
import subprocess
import time

import clock
import disks
import functions
import lockstep
import peer
import platforms
import ports
import stages
import walls
import xen
from guest import GUEST, SCRATCH, Counts, Load, Unavailable, answers, empty_guest, server
from row import Row
from support import qemu


def requests(context):
    """Instructions a request, keep-alive, at 16 connections and at one."""
    rows = []
    counts = Counts()
    with server(context.image("http"), context.tap, extra=counts.arguments):
        for connections, target in ((16, 3000), (1, 3600)):
            Load(connections, 1)
            before, load = counts.instructions(), None
            load = Load(connections, context.seconds)
            spent = (counts.instructions() - before) / load.requests
            rows.append(Row(f"http: instructions a request, {connections} connection{'s' * (connections > 1)}", round(spent),
                            target))
            context.note(f"{load.requests} requests, {load.errors} socket errors at {connections}")
    return rows


def request(context):
    """Of many requests that each find the guest asleep the middle one: it repeats to the instruction on any machine."""
    wire, counts, spent = lockstep.Wire(), Counts(), []
    line = qemu.command(context.image("http"), append=f"net.ipv4={lockstep.GUEST}/24 net.ipv6=off", extra=wire.arguments() + counts.arguments)
    with qemu.Machine(line) as machine:
        if not machine.wait_for(r"port 80", 60):
            raise Unavailable("the server does not come up")
        connection = lockstep.Connection(wire)
        for turn in range(400):
            before = counts.instructions()
            connection.ask()
            time.sleep(0.001)  # the guest has gone to sleep again
            if turn >= 100:  # what is set up at first is
                spent.append(counts.instructions() - before)
    return [Row("http: instructions of a request that wakes the guest", round(statistics.median(spent)))]


def notifications(context):
    """Writes to the notify register, told by a trace event of QEMU's virtio-mmio device."""
    log = os.path.join(SCRATCH, "notify.log")
    trace = ["-trace", "enable=virtio_queue_notify", "-D", log]
    with server(context.image("http"), context.tap, extra=trace):
        Load(16, 1)
        before = os.path.getsize(log)
        load = Load(16, context.seconds)
        with open(log, "rb") as file:
            file.seek(before)
            notified = file.read().count(b"virtio_queue_notify")
    os.unlink(log)
    if not notified:
        raise Unavailable("QEMU's trace shows no notification")
    return [Row("http: device notifications a request, 16 connections", round(notified / load.requests, 3), 0.5)]


def boot_counts(image, debug, memory, extra=()):
    counts = Counts(debug)
    result = None
    if "http" in os.path.basename(image):
        with qemu.Machine(qemu.command(image, memory=memory, extra=list(extra) + counts.arguments)) as machine:
            machine.wait_for(r"port 80", 30)
            time.sleep(0.5)
    else:
        result = qemu.run(qemu.command(image, memory=memory, extra=list(extra) + counts.arguments), 60)
    if not counts.mark("main") or (result and result.code != 0):
        raise Unavailable(f"{os.path.basename(image)} does not reach main with {memory} MiB")
    return counts.mark("main") - counts.mark("entry"), counts.mark("idle") - counts.mark("entry")


def start(context):
    """Of three runs the least: what the machine does besides can only make a guest look at its clock more often."""
    def least(name, memory, extra=(), until=0):
        return min(boot_counts(context.image(name), context.debug(name), memory, extra)[until] for _ in range(3))
    small, usual, large = (least("hello", memory) for memory in (16, 64, 2048))
    huge = least("hello", 65536, ["-object", "memory-backend-ram,id=ram,size=64G,reserve=off", "-machine", "memory-backend=ram"])
    listening = least("http", 64, lockstep.Wire().arguments(), until=1)
    return [Row("hello: entry to main, instructions, microvm", usual, 20000),
            Row("hello: entry to main, 2 GiB over 16 MiB of memory", round(abs(large - small) * 100 / small, 2), 1, "%"),
            Row("hello: entry to main, 64 GiB of memory, instructions, microvm", huge, 20000),
            Row("http: entry to listening, instructions", listening, 300000)]


def start_time(context):
    """Whole runs of QEMU, by turns. The shortest of each are compared: what else the machine does only adds."""
    def once(image):
        result = qemu.run(qemu.command(image, memory=64), 30)
        if result.timed_out:
            raise Unavailable(f"{image} does not end")
        return result.seconds
    pairs = [(once(context.image("hello")), once(empty_guest())) for _ in range(context.repeats)]
    ratio = min(hello for hello, _ in pairs) / min(empty for _, empty in pairs)
    return [Row("hello: start to end over the empty guest's", round(ratio, 3), 1.15, "x")]


def idle(context):
    counts = Counts()
    with server(context.image("http"), context.tap, extra=counts.arguments):
        time.sleep(3)
        before, start_at = counts.instructions(), time.monotonic()
        time.sleep(10)
        rate = (counts.instructions() - before) / (time.monotonic() - start_at)
    return [Row("http: idle, instructions a second", round(rate), 2000)]


def sizes(context):
    return [Row(f"{name}: image, profile {profile}, KiB", round(os.path.getsize(context.image(name, profile)) / 1024, 1), target)
            for name, profile, target in (("hello", "tiny", 48), ("http", "tiny", 220), ("hello", "cloud", 90), ("http", "cloud", 330))]


def least(works, low, high, step):
    """The least multiple of `step` KiB in (low, high] that works. @return None when `high` doesn't"""
    if not works(high):
        return None
    while high - low > step:
        middle = (low + high) // 2 // step * step
        if works(middle):
            high = middle
        else:
            low = middle
    return high


def memory(context):
    """The least -m. The loader's own need is that of the empty guest, which stands at 1 MiB as images do."""
    def ends(image):
        return lambda size: qemu.run(qemu.command(image, memory=f"{size}K"), 10).status == 1
    floor = least(ends(empty_guest()), 512, 4096, 64)
    hello = least(ends(context.image("hello", "tiny")), floor - 64, 16384, 64)

    def serves(size):
        try:
            with server(context.image("http", "tiny"), context.tap, memory=f"{size}K"):
                load = Load(64, 2)
            return load.errors == 0 and load.refused == 0
        except (Unavailable, subprocess.SubprocessError):
            return False
    http = least(serves, 1024, 16384, 256)
    return [Row("hello: least memory beyond the loader's need, MiB", hello and round((hello - floor) / 1024, 2), 1),
            Row("http: least memory under 64 connections, MiB", http and round(http / 1024, 2), 3)]


def against_linux(context):
    """The same client, tap and emulator; Linux first, then http."""
    rows, close = [], ("-H", "Connection: close")
    with peer.machine(context.tap):
        if not answers(30):
            raise Unavailable("Linux does not answer")
        Load(16, 1)
        linux = Load(16, context.seconds), Load(16, context.seconds, *close)
    with server(context.image("http"), context.tap):
        Load(16, 1)
        own = Load(16, context.seconds), Load(16, context.seconds, *close)
        alive = answers(5)
    rows.append(Row("http: requests/s at 16 connections over a Debian cloud-kernel microVM", round(own[0].rate / linux[0].rate, 2), 9,
                    "x", most=False))
    rows.append(Row("http: Connection: close, 16 at a time, over the same", round(own[1].rate / linux[1].rate, 2), 10, "x",
                    most=False))
    rows.append(Row("http: socket errors and stalls under Connection: close", own[1].errors + (not alive), 0))
    return rows


OFFLOADS = (("no offload", "csum=off,guest_csum=off,host_tso4=off,host_tso6=off,host_ufo=off,host_ecn=off,mrg_rxbuf=off"),
            ("checksum", "host_tso4=off,host_tso6=off,mrg_rxbuf=off"),
            ("checksum, segmentation", "mrg_rxbuf=off"),
            ("checksum, segmentation, mergeable buffers", ""))


def large_body(context):
    """Instructions for a MiB sent, with one more offload each time."""
    image, size = context.large()
    rows, last = [], None
    for name, device in OFFLOADS:
        counts = Counts()
        with server(image, context.tap, device=device, extra=counts.arguments):
            answers(5, "/large.txt")
            before, wanted = counts.instructions(), 8
            for _ in range(wanted):
                got = subprocess.run(["curl", "-s", f"http://{GUEST}/large.txt"], capture_output=True, check=False).stdout
                if len(got) != size:
                    raise Unavailable(f"a body of {size} bytes arrives as {len(got)}")
            spent = round((counts.instructions() - before) / (wanted * size / (1 << 20)))
        rows.append(Row(f"http: instructions for a MiB of a large body, {name}", spent, last))
        last = spent
    return rows


def clean_clone(context):
    """From `git clone` to the first page; the packages are there, nothing else is."""
    folder = os.path.join(SCRATCH, "clone")
    subprocess.run(["rm", "-rf", folder], check=True)
    begin = time.monotonic()
    subprocess.run(["git", "clone", "-q", context.root, folder], check=True)
    process = subprocess.Popen(["./wick", "run", "apps/http", "--vmm", "qemu", "--accel", "tcg", "-p", "18080:80"], cwd=folder,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env=dict(os.environ, CCACHE_DISABLE="1"), start_new_session=True)
    try:
        while process.poll() is None and time.monotonic() - begin < 1200:
            page = subprocess.run(["curl", "-s", "-m", "2", "http://127.0.0.1:18080/"], capture_output=True, text=True, check=False)
            if re.search(r"<html", page.stdout, re.I):
                return [Row("clean clone to the first page, minutes", round((time.monotonic() - begin) / 60, 1), 3)]
            time.sleep(0.5)
    finally:
        process.terminate()
        process.wait(30)
        subprocess.run(["rm", "-rf", folder], check=False)
    raise Unavailable("no page was served")


ALL = {"walls": walls.costs, "walls-load": walls.load, "walls-again": walls.again, "trusted-base": walls.trusted_base, "requests": requests, "request": request, "functions": functions.functions, "rings": functions.rings, "start": start, "start-time": start_time, "clock": clock.clocks, "idle": idle,
       "notifications": notifications, "platforms": platforms.networks, "platform-disks": platforms.disks, "xen": xen.network, "xen-disks": xen.disk, "disks": disks.disks, "stages": stages.stages, "linux": against_linux, "large-body": large_body, "sizes": sizes, "memory": memory, "ports": ports.ports, "clone": clean_clone}
WITHOUT_TAP = {"walls", "stages", "trusted-base", "request", "start", "start-time", "clock", "xen-disks", "sizes"}
