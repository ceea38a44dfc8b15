# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Bad files, options, disks, networks, devices and limits: each is refused as refusal.py says."""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "traffic"))
import guest  # noqa: E402
from refusal import Refusals  # noqa: E402
from support import appliance_file, architecture, hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402

KVM = 10 << 8 | 232  # the device's number
WICK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../build/host/tools/wick/wick")


def bad_files(refusals, folder, image):
    whole = open(image, "rb").read()
    appliance = appliance_file.Appliance(image)
    altered = bytearray(whole)
    altered[appliance.offset + len(appliance.guest) // 2] ^= 0x10
    other_abi = bytearray(appliance.guest)
    other_abi[other_abi.index(appliance_file.ABI_NOTE) + len(appliance_file.ABI_NOTE)] += 1
    no_notes = bytearray(appliance.guest).replace(b"Wick\0", b"Wack\0")
    for what, sentence, content in (
            ("no trailer", "^/.*/bad is no appliance, or was cut short", appliance.monitor),
            ("the last byte missing", "is no appliance, or was cut short", whole[:-1]),
            ("half of the guest missing", "is no appliance, or was cut short", whole[:appliance.offset + len(appliance.guest) // 2]),
            ("a page out of the middle missing", "was cut short or grew", whole[:appliance.offset] + whole[appliance.offset + 4096:]),
            ("something behind the trailer", "is no appliance", whole + bytes(4096)),
            ("two trailers", "was cut short or grew", whole + whole[-appliance_file.TRAILER.size:]),
            ("one bit altered", "was altered: its guest's checksum is wrong", bytes(altered))):
        refusals.expect(what, sentence, [appliance_file.write(f"{folder}/bad", content)])
    for what, sentence, guest_file, version in (
            ("a trailer of another version", "in a way that this version doesn't know", appliance.guest, 7),
            ("another major version of the ABI", "another major version of the contract", other_abi, 1),
            ("notes of somebody else", "has no ABI note", no_notes, 1),
            ("a guest that is no ELF file", "is not an ELF file", b"#!" + appliance.guest[2:], 1),
            ("a guest for another processor", f"is not for {architecture.SPOKEN}", appliance.guest[:18] + b"\xb7\0" + appliance.guest[20:], 1)):
        refusals.expect(what, sentence, [appliance.write(f"{folder}/bad", guest_file, version)])
    os.remove(f"{folder}/bad")


def bad_options(refusals, folder, image, plain):
    large = os.path.join(folder, "large")
    with open(large, "wb") as file:
        file.write(b"a=b\n" * 4096)
    for words, sentence in (
            (["--nonsense"], "no option --nonsense"), (["image"], "no option image"), (["-x"], "no option -x"), ([""], "no option"),
            (["--memory"], "--memory wants a value: SIZE"), (["-p"], "--publish wants a value"), (["--disk"], "--disk wants a value"),
            (["--stats=1"], "--stats takes no value"),
            (["--memory", "1M"], "needs at least \\d+ KiB of memory, and 1024 KiB are too little"),
            (["--memory", "0M"], "no size of memory"), (["--memory", "some"], "no size of memory"), (["--memory", "16"], "no size of memory"),
            (["--memory", "99999999999999999999M"], "no size of memory"), (["--memory", "1000G"], "no size of memory"),
            (["--wall", "xen"], "no wall \"xen\""), (["--gdb", "0"], "no port for a debugger"),
            (["--env", "novalue"], "no environment variable"), (["--arg", "a\nb"], "holds a line break"), (["--arg", "x" * 9000], "more than 8192 don.t fit"),
            (["--arg=x"] * 129, "129 settings, and more than 128 don.t fit"),
            (["--config", f"{folder}/none"], "can't be opened: No such file"), (["--config", folder], "can't be read"),
            (["--config", large], "is over \\d+ bytes"),
            (["--append", "x" * 5000], "command line"),
            (["-p", "/dev/fd/3:80"], "is no socket that listens"), (["-p", "/dev/fd/99:80"], "is no socket that listens"),
            (["-p", "/dev/fd/x:80"], "not a port from 1 to 65535"), (["--keeper", "/dev/fd/0"], "is no keeper's socket"),
            (["--keeper", "5"], "is no keeper's socket"), (["--keeper", "/dev/fd/9", "--tap", "tap0"], "has no keeper"),
            (["-p", "80:"], "not a port forward"), (["-p", "0:80"], "not a port from 1 to 65535"), (["-p", "80:99999"], "not a port"),
            (["-p", "8080:80/sctp"], "neither tcp nor udp"), (["-p", "host:8080:80"], "not an IPv4 address"),
            (["-p", "198.51.100.1:8080:80"], "can't be had"), (["-p", "8080:80", "--tap", "tap0"], "has no port forwards"),
            (["--snapshot", f"{folder}/new"], "never calls checkpoint.*which platform.calls has to name"), (["--restore", f"{folder}/none"], "can't be opened: No such file"),
            (["--restore", large], "is no snapshot")):
        refusals.expect(" ".join(words)[:60], sentence, hosted.command(image, "process", *words))
    for words, sentence in ((["-p", "8080:80"], "has no network"), (["--tap", "tap0"], "has no network"), (["--disk", large], "has no volume")):
        refusals.expect(f"{words[0]} of an image without", sentence, hosted.command(plain, "process", *words))
    os.remove(large)


def bad_disks(refusals, folder, image, wall):
    disk, empty = os.path.join(folder, "disk"), os.path.join(folder, "empty")
    with open(disk, "wb") as file:
        file.truncate(64 << 20)
    open(empty, "wb").close()
    for what, words, sentence in (
            ("missing", [f"{folder}/none"], "can't be opened: No such file"), ("empty", [empty], "is empty"),
            ("a folder", [folder], "disk file"), ("/dev/null", ["/dev/null"], "neither a file nor a block device"),
            ("twice the same", [disk, disk], "in use by another appliance"), ("five", [f"d{n}={empty}" for n in range(5)], "at most \\d disks"),
            ("with a long serial", [f"{'x' * 21}={disk}"], "longer than 20 characters")):
        refusals.expect(f"disk, {what}", sentence, hosted.command(image, wall, *(f"--disk={word}" for word in words)))
    with hosted.Machine(image, wall, "--disk", disk) as machine:
        check(machine.wait_for("append: 0$", 10), "a first appliance has the disk")
        for other in hosted.walls():
            refusals.expect(f"disk, taken, {other}", "in use by another appliance", hosted.command(image, other, "--disk", disk),
                            alone=False)
        check(machine.process.poll() is None, "the first appliance goes on")
    os.remove(disk)
    os.remove(empty)


def one_sum_of_memory(image, wall):
    """The monitor asks for as much as `wick inspect` adds up; behind `process` for less, as no processor walks tables."""
    told = json.loads(subprocess.run([WICK, "inspect", "--json", image], check=True, capture_output=True, text=True).stdout)["memory"]
    result = hosted.run(hosted.command(image, wall, "--memory", "1M"))
    needs = re.search(r"needs at least (\d+) KiB of memory", result.errors)
    least = told["sum"] if wall == "hosted" else told["sum"] - told["monitor"]
    check(needs and least <= int(needs[1]) << 10 <= told["sum"],
          f"{wall}: what the monitor asks for is what the builder has added up: {needs and needs[0]}, {told}")


def bad_networks(refusals, image, wall):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        refusals.expect("port taken", f"port {port} of 127.0.0.1 is taken", hosted.command(image, wall, "-p", f"{port}:80"))
        free = http.free_port()
        refusals.expect("second port taken", "is taken", hosted.command(image, wall, "-p", f"{free}:80", "-p", f"{port}:81"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        refusals.expect("UDP port taken", f"UDP port {port}", hosted.command(image, wall, "-p", f"{port}:80/udp"))
    for name in ["", "..", "a/b", "../../tmp/x", "-x", ".x", "7", "9lives", "a b", "a\n", "\u00e4", "x" * 64]:
        refusals.expect(f"the name {name!r}", "empty one|--name wants a letter", hosted.command(image, wall, "--name", name))
    refusals.expect("tap without a name", "got an empty one", hosted.command(image, wall, "--tap", ""))
    refusals.expect("tap with a long name", "is no name of an interface", hosted.command(image, wall, "--tap", "x" * 16))


def bad_taps(refusals, folder, image, wall):
    disk = os.path.join(folder, "disk")
    with open(disk, "wb") as file:
        file.truncate(64 << 20)
    with guest.Namespace(f"bad-{wall}") as net:
        def start(tap):
            return net.command(*hosted.command(image, wall, "--tap", tap))
        refusals.expect("tap missing", "there is no interface tap7", start("tap7"))
        refusals.expect("tap that is none", "the tap interface lo can't be used", start("lo"))
        with hosted.Machine(image, wall, "--tap", net.tap, "--disk", disk, prefix=net.command()) as machine:
            check(machine.wait_for("append: 0$", 10), "a first appliance has the tap")
            refusals.expect("tap busy", f"the tap interface {net.tap} is in use by another program", start(net.tap), alone=False)
    os.remove(disk)


def bad_devices(refusals, image):
    """In a mount namespace with another /dev."""
    def start(script):
        return ["unshare", "-m", "sh", "-c", f"mount -t tmpfs none /dev && {script} \"$@\"", "sh", *hosted.command(image, "hosted")]
    node = f"mknod /dev/kvm c {KVM >> 8} {KVM & 255} && chmod 600 /dev/kvm && "
    refusals.expect("no /dev/kvm", "there is no /dev/kvm on this machine: run with --wall process", start("exec"))
    refusals.expect("/dev/kvm forbidden", "/dev/kvm may not be opened by this user: .* --wall process",
                    start(node + "exec setpriv --reuid 65534 --regid 65534 --clear-groups"))
    refusals.expect("another device of that name", "/dev/kvm.*--wall process", start("mknod -m 666 /dev/kvm c 1 3 && exec"))


def little_memory(refusals, folder, image, wall):
    """Whatever the limit: it runs, or says one sentence. (Below some MiB the kernel can't even start the program.)"""
    said = set()
    for limit in (4, 6, 8, 12, 16, 20, 24, 32, 48, 64, 96, 128):
        result = hosted.run(["prlimit", f"--as={limit << 20}", *hosted.command(image, wall, "--memory", "64M")], 10)
        fine = result.code == 42 or (result.code == hosted.REFUSED and result.errors.count("\n") == 1 and
                                     "memory" in result.errors) or (result.code in (-11, -9, -6, 127, 126) and limit < 8)
        said.add(result.code)
        check(fine, f"{limit} MiB of addresses, {wall}: exit code {result.code} {result.errors.strip()}")
    check({42, hosted.REFUSED} <= said, f"limits of addresses, {wall}: with little it is refused, with enough it runs {said}")
    for option, sentence in (("--nofile=4", "."), ("--memlock=0", None)):
        result = hosted.run(["prlimit", option, *hosted.command(image, wall)], 10)
        check(result.code in (42, hosted.REFUSED) and result.errors.count("\n") <= 1, f"{option}, {wall}: {result.code} {result.errors.strip()}")


def closed_files(image):
    """Standard files that are closed must not become the disk's or KVM's numbers."""
    for closed in ([0], [1], [2], [0, 1, 2]):
        for wall in hosted.walls():
            result = hosted.run(["sh", "-c", "exec \"$@\" " + " ".join(f"{number}>&-" for number in closed), "sh", *hosted.command(image, wall)])
            check(result.code == 42, f"files {closed} closed, {wall}: exit code {result.code}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", required=True, help="with a network and a volume")
    parser.add_argument("--plain", required=True, help="without any, ends with exit code 42")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wick-bad-") as folder:
        os.chmod(folder, 0o755)
        image = shutil.copy(options.image, folder)
        plain = shutil.copy(options.plain, folder)
        refusals = Refusals(folder)
        bad_files(refusals, folder, image)
        bad_options(refusals, folder, image, plain)
        closed_files(plain)
        for wall in hosted.walls():
            bad_disks(refusals, folder, image, wall)
            bad_networks(refusals, image, wall)
            little_memory(refusals, folder, plain, wall)
            one_sum_of_memory(image, wall)
        if os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"]).returncode == 0:
            for wall in hosted.walls():
                bad_taps(refusals, folder, image, wall)
            bad_devices(refusals, plain)
        else:
            print("        without taps and other devices: only root may make namespaces")
    hosted.finish()


main()
