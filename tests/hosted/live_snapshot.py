# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Snapshots of a running appliance: taken while clients ask, none of whom notices; a copy goes on from that moment, with random
numbers of its own; the appliance goes on, or ends where that was asked for. A disk that is full, a guest that computes for ever, an
appliance that is killed meanwhile leave no file and no process."""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from live_server import Server, state  # noqa: E402
from refusal import processes_of  # noqa: E402
from support import control, hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402

TIMES = 10


class Load:
    """A client that asks as fast as it can, each time by a new connection."""

    def __init__(self, port):
        self.port, self.answered, self.failed, self.over = port, 0, [], False
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over = True
        self.thread.join()

    def run(self):
        while not self.over:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as connection:
                    connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
                    got = b""
                    while part := connection.recv(65536):
                        got += part
                if got.startswith(b"HTTP/1.0 200") and b"random " in got:
                    self.answered += 1
                else:
                    self.failed.append(got[:80])
            except OSError as error:
                self.failed.append(str(error))


def under_load(image, wall, folder):
    with Server(image, wall, folder) as server:
        state(server.port)
        with Load(server.port) as load:
            taken = [server.snapshot(f"loaded-{number}") for number in range(TIMES)]
            limit = time.monotonic() + 5
            seen = load.answered
            while load.answered <= seen and time.monotonic() < limit:
                time.sleep(0.01)
        wrong = [answer.sentence for answer, _ in taken if answer.result != control.DONE]
        check(not wrong, f"{wall}: {TIMES} snapshots in a row {wrong or ''}")
        check(load.answered > TIMES and not load.failed, f"{wall}: {load.answered} requests meanwhile, failed: {load.failed[:3]}")
        check(load.answered > seen, f"{wall}: and it goes on to answer")
    for _, path in (taken[0], taken[-1]):
        with Server(image, wall, folder, "--restore", path, "--verify") as copy:
            found = state(copy.port)
            check(found.get("kept") == "1" and int(found["requests"]) > 1, f"{wall}: a copy of the loaded one serves {found}")


def goes_on(image, wall, folder):
    """Two copies of one moment, and the one that has gone on."""
    with Server(image, wall, folder) as server:
        for _ in range(3):
            before = state(server.port)
        answer, path = server.snapshot("moment")
        check(answer.result == control.DONE and 0 < answer.stopped_ms < 1000, f"{wall}: stood still for {answer.stopped_ms:.2f} ms {answer.sentence}")
        random = [before["random"], state(server.port)["random"]]
        check(state(server.port)["requests"] == "5", f"{wall}: the one that was asked goes on")
    for number in range(2):
        with Server(image, wall, folder, "--restore", path) as copy:
            found = state(copy.port)
            check(found["requests"] == "4" and found["kept"] == "1", f"{wall}, copy {number}: goes on from that moment {found['requests']}")
            check(int(found["monotonic"]) >= int(before["monotonic"]), f"{wall}, copy {number}: so does its clock")
            check(abs(int(found["date"]) / 1e9 - time.time()) < 2, f"{wall}, copy {number}: the date is today's")
            random.append(found["random"])
            again, _ = copy.snapshot(f"again-{number}")
            check(again.result == control.DONE, f"{wall}, copy {number}: gives a snapshot of its own {again.sentence}")
    words = [text[at:at + 8] for text in random for at in range(0, len(text), 8)]
    check(len(random[0]) == 64 and len(set(words)) == len(words), f"{wall}: none of their random numbers is another's")
    with Server(image, wall, folder, "--restore", os.path.join(folder, "again-1"), "--verify") as copy:
        check(state(copy.port)["requests"] == "5", f"{wall}: which a copy starts from, too")


def ends(image, wall, folder):
    with Server(image, wall, folder) as server:
        state(server.port)
        answer, path = server.snapshot("last", control.END_AFTERWARDS)
        check(answer.result == control.DONE and server.machine.wait_end(5) == 0, f"{wall}: it ends with 0 {answer.sentence}")
        check("crash" not in server.machine.console(), f"{wall}: without a record of a crash")
    with Server(image, wall, folder, "--restore", path) as copy:
        check(state(copy.port)["requests"] == "2", f"{wall}: and goes on when it is wanted")


def computes(image, spin, wall, folder):
    """Where there are threads it is interrupted at the end of a time slice; who has one thread and no need of anything can't be asked."""
    with Server(image, wall, folder) as server:
        state(server.port)
        http.send(server.port, "/spin")
        time.sleep(0.1)
        answer, path = server.snapshot("computing")
        check(answer.result == control.DONE, f"{wall}: a guest that computes {answer.sentence}")
    with Server(image, wall, folder, "--restore", path) as copy:
        answer, _ = copy.snapshot("still-computing")
        check(answer.result == control.DONE, f"{wall}: and so does its copy {answer.sentence}")
    where = os.path.join(folder, "control")
    with hosted.Machine(spin, wall, "--control", where) as machine:
        machine.wait_for("^computing$", 5)
        path = os.path.join(folder, "spinning")
        answer = control.snapshot(where, path)
        check(answer.result == control.FAILED and "doesn't give the processor away" in answer.sentence, f"{wall}: one that never waits: {answer.sentence}")
        check(os.stat(path).st_blocks == 0 and machine.process.poll() is None, f"{wall}: nothing was written, and it goes on")
        os.remove(path)
        halt = threading.Timer(0.5, lambda: [machine.process.send_signal(each) or time.sleep(0.2) for each in (signal.SIGSTOP, signal.SIGCONT)])
        halt.start()
        answer = control.snapshot(where, path)
        check(answer and answer.result == control.FAILED and machine.process.poll() is None, f"{wall}: one that is stopped and goes on while it is waited for lives on")
        halt.join()
        machine.process.kill()
    os.remove(path)


class Host:
    """`wick` beside appliances in the background."""

    def __init__(self, wick, folder):
        self.wick, self.folder = wick, folder
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=folder, NO_COLOR="1")

    def __call__(self, *words, prefix=()):
        return subprocess.run([*prefix, self.wick, *words], env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60, check=False)

    def start(self, image, wall, name, *options, served=True):
        port = http.free_port()
        publish = ["-p", f"{port}:80"] if served else []
        done = subprocess.run(hosted.command(image, wall, "-d", "--name", name, *publish, *options), env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=True)
        return int(done.stdout), port


def by_command(host, image, plain, wall, folder):
    pid, port = host.start(image, wall, "web")
    twin, _ = host.start(image, wall, "twin")
    host.start(image, wall, "twin")
    state(port)
    path = os.path.join(folder, "web.snapshot")
    for _ in range(2):  # the second one in the place of the first
        done = host("snapshot", "web", path)
        check(done.returncode == 0 and "the guest stood still for" in done.stdout, f"{wall}: wick snapshot: {done.stdout.strip()}{done.stderr}")
    os.symlink(path, f"{path}-link")
    check(host("snapshot", str(pid), f"{path}-link").returncode == 0 and os.path.islink(f"{path}-link"), f"{wall}: a link leads to its file")
    os.remove(f"{path}-link")
    os.mkfifo(f"{path}-fifo")
    os.mkdir(f"{path}-folder")
    with open(path, "rb") as file:
        content = file.read()
    room = os.stat(path).st_blocks // 2 - 16  # KiB, so that a write is cut short: of the table behind the memory
    small = ["unshare", "-m", "sh", "-c", f'mount -t tmpfs -o size={room}k none {path}-folder && "$@"; code=$?; ls -A {path}-folder; exit $code', "sh"]
    for words, sentence, prefix in (
            (["nobody", path], "No appliance nobody runs", []), (["twin", path], "2 appliances are called twin", []), (["web", folder], "is a folder", []),
            (["web", f"{path}-fifo"], "is no ordinary file", []), (["web", f"{folder}/none/x"], "can't be written: No such file", []),
            (["web", f"{path}-folder/x"], "No space left on device", small)):
        done = host("snapshot", *words, prefix=prefix)
        check(done.returncode != 0 and sentence in done.stderr and not done.stdout, f"{wall}: {words[0]} {os.path.basename(words[1])}: {done.stderr.strip()} {done.stdout}")
    os.remove(f"{path}-fifo")
    os.rmdir(f"{path}-folder")
    with open(path, "rb") as file:
        check(file.read() == content and os.listdir(folder).count("web.snapshot") == 1, f"{wall}: the file of before is what it was")
    check(state(port)["kept"] == "1", f"{wall}: and the appliance goes on")
    host.start(plain, wall, "plain", served=False)
    done = host("snapshot", "plain", f"{path}-none")
    check(done.returncode != 0 and "does not allow the call checkpoint" in done.stderr, f"{wall}: without the call: {done.stderr.strip()}")
    done = host("snapshot", "web", path, "--end")
    check(done.returncode == 0 and hosted.gone([pid]), f"{wall}: --end: {done.stdout.strip()}{done.stderr}")
    _, port = host.start(image, wall, "web", "--restore", path)
    check(state(port)["requests"] == "3", f"{wall}: and it goes on there")
    for name in ("web", "twin*", "plain"):
        host("stop", name)
    host("ps")  # the last one's
    left = [name for name in os.listdir(os.path.join(folder, "wick")) if not name.endswith(".log")]
    check(not left, f"{wall}: no state and no socket is left {left}")


def begun(host, folder, number):
    """A client whose file is being written."""
    client = subprocess.Popen([host.wick, "snapshot", "heavy", os.path.join(folder, "heavy.snapshot")], env=host.environment,
                              stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        fresh = [name for name in os.listdir(folder) if name.startswith(".heavy")]
        if fresh and os.stat(os.path.join(folder, fresh[0])).st_blocks > 64 * number:
            break
    return client


def killed(host, image, wall, folder):
    """In the middle of writing: the client tells, nobody goes on, and there is no file."""
    for number in range(4):
        pid, port = host.start(image, wall, "heavy", "--memory", "256M")
        state(port)
        for _ in range(24):
            state(port, "/secret")
        before = set(os.listdir(folder))
        client = begun(host, folder, number)
        client.send_signal(signal.SIGINT)
        said = client.communicate(timeout=20)[1]
        check(client.returncode != 0 and "was interrupted" in said and set(os.listdir(folder)) == before, f"{wall}, Ctrl-C {number}: {said.strip()}")
        client = begun(host, folder, number)
        os.kill(pid, signal.SIGKILL)
        said = client.communicate(timeout=20)[1]
        check(client.returncode != 0 and "has ended before its snapshot" in said, f"{wall}, kill {number}: {said.strip()}")
        check(hosted.gone(processes_of(folder)), f"{wall}, kill {number}: no process is left {processes_of(folder)}")
        check(set(os.listdir(folder)) == before, f"{wall}, kill {number}: and no file")


def main():
    parser = argparse.ArgumentParser()
    for name in ("wick", "image", "plain", "spin"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    for wall in hosted.walls():
        with tempfile.TemporaryDirectory(prefix="wick-live-") as folder:
            image, plain, spin = (shutil.copy(path, folder) for path in (options.image, options.plain, options.spin))
            try:
                for part in (goes_on, under_load, ends):
                    part(image, wall, folder)
                computes(image, spin, wall, folder)
                host = Host(options.wick, folder)
                by_command(host, image, plain, wall, folder)
                killed(host, image, wall, folder)
            finally:
                for pid in processes_of(folder):
                    os.kill(pid, signal.SIGKILL)
    hosted.finish()


main()
