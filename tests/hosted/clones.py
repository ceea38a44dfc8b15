# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""wick run --clones: copies of one warm server, each behind a port of its own, with a process and a name of its own; one of them
ends without the others; a start that fails leaves none. Each has few pages for itself, and those by which its monitor speaks to its guest
and its network are among them. What copies can't share is refused. And --clones of the appliance itself: its
process may die while it starts them, and nobody runs whom it hasn't named; a copy has the jail and the files of any other appliance."""

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from refusal import Refusals, processes_of  # noqa: E402
from support import hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402

COUNT = 12
MOST_KIB = {"hosted": 256, "process": 232}  # of a copy that nobody shares, after an answer


class Host:
    def __init__(self, wick, runtime):
        self.wick, self.environment = wick, dict(os.environ, XDG_RUNTIME_DIR=runtime, NO_COLOR="1")

    def __call__(self, *words):
        return subprocess.run([self.wick, *words], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=60, check=False)

    def names(self):
        return [line.split()[0] for line in self("ps").stdout.splitlines()[1:]]


def own_memory(pid):
    """KiB that no other process has."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return sum(map(int, re.findall(r"^Private_(?:Clean|Dirty): +(\d+) kB", file.read(), re.M)))


def shared_files(pid):
    """Numbers of what a process has mapped to share it: what guest and monitor read and write, and rings of frames."""
    with open(f"/proc/{pid}/maps", encoding="ascii") as file:
        return set(re.findall(r"^\S+ ..-s \S+ \S+ (\d+) +/(?:dev/zero|memfd:frames) ", file.read(), re.M))


def copies(host, image, wall):
    first = http.row_of_ports(COUNT + 2) + 2
    result = host("run", image, "--vmm", wall, "--clones", str(COUNT), "--name", "copy", "-p", f"{first}:80")
    started = dict(line.split() for line in result.stdout.splitlines())
    wanted = [f"copy-{number + 1}" for number in range(COUNT)]
    check(result.returncode == 0 and list(started) == wanted, f"{wall}: {COUNT} copies {result.stderr}")
    check(len(set(started.values())) == COUNT, f"{wall}: each is a process")
    served = [http.get(first + number, "/hello.txt") for number in range(COUNT)]
    check(served == ["Hello, wick!\n"] * COUNT, f"{wall}: each serves at its port")
    own = statistics.median(map(own_memory, started.values()))
    check(own <= MOST_KIB[wall], f"{wall}: {own} KiB each has for itself, of {MOST_KIB[wall]} at most")
    files = [file for pid in started.values() for file in shared_files(pid)]
    check(len(files) == len(set(files)) == 2 * COUNT, f"{wall}: pages that monitor, guest and network share are each copy's own {files}")
    check(sorted(host.names()) == sorted(wanted), f"{wall}: wick ps knows them")
    check(host("stop", "copy-3").returncode == 0 and http.get(first + 3, "/hello.txt") == "Hello, wick!\n", f"{wall}: one ends, the others serve")

    taken = host("run", image, "--vmm", wall, "--clones", "3", "--name", "late", "-p", f"{first - 2}:80")
    check(taken.returncode != 0 and f"Port {first} of this machine is in use" in taken.stderr, f"{wall}: a port that is taken {taken.stderr}")
    check(not [name for name in host.names() if name.startswith("late")], f"{wall}: of those none is left")
    check(host("stop", "copy-*").stdout.count("stopped") == COUNT - 1, f"{wall}: all are stopped by their beginning")
    check(host.names() == [], f"{wall}: nobody is left")


def refusals(host, image, plain, wall):
    for words, sentence in ((["--clones", "0"], '"0" is no number of copies'), (["--clones", "x"], '"x" is no number of copies'),
                            (["--clones", "2", "--tap", "t0"], "can't share what --tap names"),
                            (["--clones", "2", "-p", "65535:80"], "There is no port 65536")):
        result = host("run", image, "--vmm", wall, *words)
        check(result.returncode != 0 and sentence in result.stderr, f"{wall}: {words} {result.stderr}")
    result = host("run", plain, "--vmm", wall, "--clones", "2")
    check(result.returncode != 0 and "calls checkpoint" in result.stderr, f"{wall}: without a checkpoint {result.stderr}")
    check(host.names() == [], f"{wall}: nothing was started")


def stopped(host, image, wall):
    """Whoever asks for copies and then is told to end ends those that run."""
    count = 400
    asked = subprocess.Popen([host.wick, "run", image, "--vmm", wall, "--clones", str(count), "--name", "stop", "-p", f"{http.row_of_ports(count)}:80"],
                             env=host.environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    first = asked.stdout.readline()
    asked.send_signal(signal.SIGINT)
    rest, errors = asked.communicate(timeout=60)
    told = said(first + rest)
    check(asked.returncode != 0 and "Stopped before all copies had started" in errors and 1 <= len(told) < count,
          f"{wall}: told to end after {len(told)} copies {errors}")
    check(until(lambda: host.names() == []), f"{wall}: nobody runs then")


def warm(image, wall, folder):
    """@return the name of a snapshot"""
    snapshot = os.path.join(folder, f"{wall}.snapshot")
    with hosted.Machine(image, wall, "--snapshot", snapshot):
        check(until(lambda: os.path.exists(snapshot)), f"{wall}: a server that makes a snapshot")
    return snapshot


def command(image, wall, snapshot, count, name, port):
    return hosted.command(image, wall, "--restore", snapshot, "--clones", str(count), "--name", name, "-p", f"{port}:80")


def until(true, seconds=5):
    limit = time.monotonic() + seconds
    while not true() and time.monotonic() < limit:
        time.sleep(0.01)
    return true()


def said(text):
    return dict(line.split() for line in text.splitlines())


def of_process(pid):
    """What a process may and has: lines of proc(5)'s status, kinds of files."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        rights = re.findall(r"^(?:Seccomp\w*|NoNewPrivs|Cap\w+|Threads):.*$", file.read(), re.M)
    files = [os.readlink(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd")]
    with open(f"/proc/{pid}/environ", "rb") as file:
        has_environment = bool(file.read())
    with open(f"/proc/{pid}/maps", encoding="ascii") as file:
        return rights, sorted(re.sub(r"\d+", "", name) for name in files), has_environment, ".snapshot" in file.read()


def networks(folder, copies):
    """Of appliances that run from the folder: who holds a port, and who serves, of each."""
    others = set(processes_of(folder)) - {int(pid) for pid in copies}
    holders = sorted(pid for pid in others if hosted.children(pid))
    return holders, sorted(child for pid in holders for child in hosted.children(pid))


def own_start(host, image, wall, folder):
    """The appliance's own option."""
    snapshot, port = warm(image, wall, folder), http.row_of_ports(6)
    plain = hosted.run(hosted.command(image, wall, "--restore", snapshot, "-d", "--name", "copy-9", "-p", f"{port}:80"),
                       env=host.environment).text.strip()
    check(until(lambda: len(processes_of(folder)) == 3), f"{wall}: an appliance by itself has two processes for its network")
    until(lambda: "Seccomp_filters:\t1" in of_process(plain)[0])
    one = [of_process(pid) for pid in (plain, *sum(networks(folder, [plain]), []))]
    host("stop", "copy-9")
    check(until(lambda: not processes_of(folder)), f"{wall}: which end with it")
    copies = said(hosted.run(command(image, wall, snapshot, 3, "copy", port), env=host.environment).text)
    check(sorted(copies) == ["copy-1", "copy-2", "copy-3"], f"{wall}: --clones of the appliance tells of each {copies}")
    holders, servers = networks(folder, copies.values())
    check(len(holders) == len(servers) == 3, f"{wall}: each has a network of its own")
    for role, (pids, wanted) in enumerate(zip((copies.values(), holders, servers), one)):
        for pid in pids:
            same = until(lambda: of_process(pid) == wanted)  # who is announced may be about to lock itself in
            check(same, f"{wall}: process {role} of a copy has the jail and files of any other's {'' if same else (of_process(pid), wanted)}")
    check(host("stop", "copy-*").stdout.count("stopped") == 3, f"{wall}: they are stopped")

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 2))
        taken.listen()
        result = hosted.run(command(image, wall, snapshot, 5, "late", port), env=host.environment)
    check(result.code == hosted.REFUSED and re.fullmatch(rf"\[wick\] cannot start: late-3: [^\n]*{port + 2}[^\n]*\.\n", result.errors),
          f"{wall}: a copy that can't start is named {result.errors}")
    check(sorted(said(result.text)) == sorted(host.names()), f"{wall}: those that run are, too")
    host("stop", "late-*")

    many = 400
    starter = subprocess.Popen(command(image, wall, snapshot, many, "lost", http.row_of_ports(many)), env=host.environment, text=True,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    first = "".join(starter.stdout.readline() for _ in range(5))
    starter.send_signal(signal.SIGKILL)
    copies = said(first + starter.stdout.read())
    starter.wait()
    check(5 <= len(copies) < many, f"{wall}: its process is killed after {len(copies)} copies")
    running = {int(pid) for pid in copies.values()}
    check(until(lambda: len(processes_of(folder)) == 3 * len(running) and len(networks(folder, running)[1]) == len(running)),
          f"{wall}: nobody runs but those that were named, and their networks")
    check(sorted(host.names()) == sorted(copies), f"{wall}: which wick ps knows")
    host("stop", "lost-*")
    check(until(lambda: not processes_of(folder)), f"{wall}: nobody is left, of networks neither")


def own_refusals(image, wall, folder):
    refusals, snapshot = Refusals(folder), os.path.join(folder, f"{wall}.snapshot")
    for words, sentence in ((["--clones", "2"], "--restore FILE from which"),
                            (["--restore", snapshot, "--clones", "0"], "is no number of copies"),
                            (["--restore", snapshot, "--clones", "2x"], "is no number of copies"),
                            (["--restore", snapshot, "--clones", "2", "--snapshot", f"{folder}/other"], "write none"),
                            (["--restore", snapshot, "--clones", "2", "--disk", "x"], "can't share"),
                            (["--restore", snapshot, "--clones", "2", "--control", f"{folder}/control"], "can't share")):
        refusals.expect(f"{wall}: {' '.join(words)}", sentence, hosted.command(image, wall, *words))
    read_only = 'mount -t tmpfs none "$0" && mkdir -m 700 "$0/wick" && mount -o remount,ro "$0" && XDG_RUNTIME_DIR="$0" exec "$@"'
    refusals.expect(f"{wall}: no room for consoles", "can't be written: Read-only file system",
                    ["unshare", "-m", "sh", "-c", read_only, tempfile.mkdtemp(dir=folder),
                     *hosted.command(image, wall, "--restore", snapshot, "--clones", "3")])


parser = argparse.ArgumentParser()
parser.add_argument("--wick", required=True)
parser.add_argument("--image", required=True)
parser.add_argument("--plain", required=True, help="one that takes no checkpoint")
options = parser.parse_args()
with tempfile.TemporaryDirectory(prefix="wick-clones-") as folder, tempfile.TemporaryDirectory(prefix="wick-clones-own-") as own:
    its_own = shutil.copy(options.image, own)
    for each in hosted.walls():
        copies(Host(options.wick, folder), options.image, each)
        refusals(Host(options.wick, folder), options.image, options.plain, each)
        stopped(Host(options.wick, folder), options.image, each)
        own_start(Host(options.wick, folder), its_own, each, own)
        own_refusals(its_own, each, own)
hosted.finish()
