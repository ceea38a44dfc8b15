# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""wick serve: whoever calls an appliance is answered, whether it sleeps, wakes, goes to sleep or is one of many that are called at
once; what it has in memory goes on. Who kills it leaves nobody behind and loses no snapshot; failures begin afresh; ports of systemd
are taken; strangers at a port that names share get nothing but an answer. What can't be served is refused in a sentence."""

import argparse
import concurrent.futures
import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import background, hosted, http  # noqa: E402
from support.hosted import check  # noqa: E402

WAIT = 20
KEEPER, PIDFD_GETFD = 5, 438  # file of an appliance with one port; system call


def until(what, seconds=WAIT):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return False


def ask(port, head="GET / HTTP/1.0\r\n\r\n", pieces=1, seconds=WAIT):
    """All that comes back; None: the connection was reset."""
    data = head if isinstance(head, bytes) else head.encode()
    try:
        with socket.create_connection(("127.0.0.1", port), seconds) as connection:
            size = (len(data) + pieces - 1) // pieces
            for at in range(0, len(data), max(size, 1)):
                connection.sendall(data[at:at + size])
                time.sleep(0.05 if pieces > 1 else 0)
            answer = b""
            while part := connection.recv(65536):
                answer += part
            return answer.decode("utf-8", "replace")
    except ConnectionError:
        return None


def number(port, host=None, seconds=WAIT):
    """What the appliance has counted, this request included."""
    answer = ask(port, f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n" if host else "GET / HTTP/1.0\r\n\r\n", seconds=seconds)
    found = re.search(r"request (\d+)\n$", answer or "")
    return int(found.group(1)) if found else answer


class Serve(background.Background):
    def __init__(self, wick, runtime, *words, prefix=(), files=()):
        self.metrics_port = http.free_port()
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=runtime, TMPDIR=runtime, NO_COLOR="1")
        super().__init__([*prefix, wick, "serve", *words, "--metrics", str(self.metrics_port)], env=self.environment, pass_fds=files)
        if not until(lambda: "wakes" in self.text() or self.process.poll() is not None):
            print(self.text())

    def text(self):
        with open(self.console_file, encoding="utf-8", errors="replace") as file:
            return file.read()

    def page(self):
        return (ask(self.metrics_port, "GET /metrics HTTP/1.1\r\n\r\n") or "").split("\r\n\r\n", 1)[-1]

    def metric(self, name):
        return int(re.search(rf"^wick_serve_{name} (\d+)$", self.page(), re.M).group(1))

    def all_sleep(self, seconds=WAIT):
        return until(lambda: self.metric("awake") == 0, seconds)

    def appliances(self):
        return hosted.children(self.process.pid)


def ps(wick, runtime):
    done = subprocess.run([wick, "ps"], env=dict(os.environ, XDG_RUNTIME_DIR=runtime), capture_output=True, text=True, check=False)
    return [line.split()[0] for line in done.stdout.splitlines()[1:]]


def whole_page(serve, wakes):
    """The text format of Prometheus: each family has its type, buckets grow up to the count."""
    page = serve.page()
    line = re.compile(r"# (HELP \w+ \S.*|TYPE \w+ (counter|gauge|histogram))|\w+(\{le=\"[^\"]+\"\})? [0-9.e+-]+")
    fine = page.endswith("\n") and all(line.fullmatch(each) for each in page.splitlines())
    buckets = [int(count) for count in re.findall(r"_bucket\{.*\} (\d+)", page)]
    count = int(re.search(r"_milliseconds_count (\d+)", page).group(1))
    check(fine and buckets == sorted(buckets) and buckets[-1] == count == wakes, f"the page of metrics is whole: {count} wakes")


def goes_on(o, runtime, wall):
    """Across sleeps, and at any moment of one."""
    port = http.free_port()
    with Serve(o.wick, runtime, o.image, "--vmm", wall, "--listen", str(port), "--idle", "100ms") as serve:
        asleep = serve.appliances() == [] and ps(o.wick, runtime) == []
        first = [number(port) for _ in range(4) if serve.all_sleep()]
        check(asleep and first == [1, 2, 3, 4], f"{wall}: four wakes, one count: {first}")
        serve.all_sleep()
        check(serve.metric("suspends_total") == serve.metric("restores_total") == 4, f"{wall}: it slept after each")
        whole_page(serve, 4)
        counted = []
        for pause in range(30):  # around the time that it goes to sleep
            counted.append(number(port))
            time.sleep(0.095 + 0.0014 * pause)
        check(counted == list(range(5, 35)), f"{wall}: none of 30 is lost on its way to sleep, which it was {serve.metric('suspends_total')} times "
                  f"{[(want, got) for want, got in enumerate(counted, 5) if got != want][:4]}")
        with socket.create_connection(("127.0.0.1", port)) as stays:
            stays.sendall(b"GET /stay HTTP/1.0\r\n\r\n")
            stays.recv(100)
            time.sleep(0.4)
            check(ps(o.wick, runtime) == ["test-sleeper"] and serve.metric("awake") == 1, f"{wall}: with a client it is awake, and listed")
        check(serve.all_sleep() and ps(o.wick, runtime) == [], f"{wall}: without it sleeps")
        check(serve.end() == 0 and serve.metrics_port, f"{wall}: it ends in order")


def storm(o, runtime, wall, count):
    first = http.row_of_ports(count)
    words = ["--vmm", wall, "--copies", str(count), "--listen", str(first), "--idle", "200ms", "--max-awake", str(max(count // 5, 8))]
    with Serve(o.wick, runtime, o.image, *words) as serve:
        for turn in (1, 2):
            with concurrent.futures.ThreadPoolExecutor(min(count, 500)) as pool:
                answers = list(pool.map(lambda port: number(port, seconds=WAIT + count // 5), range(first, first + count)))
            check(answers == [turn] * count, f"{wall}: {count} called at once all answer, each by its own count ({turn}) "
                  f"{[answer for answer in answers if answer != turn][:3]}")
        asleep, failed = serve.all_sleep(WAIT + count // 5), serve.metric("failures_total")
        check(asleep and failed == 0, f"{wall}: all sleep again, {serve.metric('awake')} don't, {failed} have failed {serve.text()[-400:] if failed else ''}")


def killed(o, runtime, wall):
    port = http.free_port()
    state = tempfile.mkdtemp(dir=runtime)
    words = (o.image, "--vmm", wall, "--listen", str(port), "--idle", "100ms", "--state", state)
    with Serve(o.wick, runtime, *words) as serve:
        number(port), number(port)
        serve.all_sleep()
        stays = socket.create_connection(("127.0.0.1", port))
        stays.sendall(b"GET /stay HTTP/1.0\r\n\r\n")
        stays.recv(100)
        process = serve.appliances()[0]
        second = subprocess.run([o.wick, "serve", *words[:3], "--state", state, "--listen", str(http.free_port())], env=serve.environment,
                                capture_output=True, text=True, timeout=WAIT, check=False)
        check(second.returncode == 1 and "Another `wick serve`" in second.stderr, f"{wall}: a folder of snapshots has one user")
        serve.process.send_signal(signal.SIGKILL)
        serve.process.wait()
        check(until(lambda: not os.path.exists(f"/proc/{process}")), f"{wall}: whoever kills it leaves no appliance")
        stays.close()
    with Serve(o.wick, runtime, *words) as serve:
        check(number(port) == 3, f"{wall}: its snapshot is there for the next")
        check(number(port) == 4 and serve.end() == 0, f"{wall}: who is told to end puts those that are awake to sleep")
    with Serve(o.wick, runtime, *words) as serve:
        check(number(port) == 5, f"{wall}: and they go on from there")
        serve.all_sleep()
        with open(os.path.join(state, "test-sleeper.snapshot"), "r+b") as file:
            file.seek(64)
            file.write(b"\xff" * 64)
        check(number(port) == 1 and "begins afresh: its snapshot can't be used" in serve.text(), f"{wall}: a damaged snapshot: the client is answered afresh")
    with Serve(o.wick, runtime, *words[:-2]) as serve:
        serve.process.send_signal(signal.SIGKILL)
        serve.process.wait()
        left = [name for name in os.listdir(runtime) if name.startswith("wick-serve-")]
        check(len(left) == 1, f"{wall}: a run that is killed leaves its temporary folder, for the next to remove: {left}")
    check(sorted(os.listdir(state)) == [".lock", "test-sleeper.refused", "test-sleeper.snapshot"],
          f"{wall}: the damaged one is put aside, and nothing else is left: {os.listdir(state)}")


def hurried(o, runtime, wall):
    """Its client stays to the end; while memory is being written its network says that nobody is there, which it may at any time."""
    port = http.free_port()
    words = (o.image, "--vmm", wall, "--listen", str(port), "--idle", "100ms", "--state", tempfile.mkdtemp(dir=runtime))
    with Serve(o.wick, runtime, *words) as serve, socket.create_connection(("127.0.0.1", port)) as stays:
        stays.sendall(b"GET /stay HTTP/1.0\r\n\r\n")
        monitor = stays.recv(100) and serve.appliances()[0]
        network = os.pidfd_open(hosted.children(monitor)[0])
        serve.process.send_signal(signal.SIGTERM)
        os.kill(monitor, time.sleep(1) or signal.SIGSTOP)
        time.sleep(5)  # by then it is asked for its memory
        with socket.socket(fileno=ctypes.CDLL(None).syscall(PIDFD_GETFD, network, KEEPER, 0)) as keeper:
            keeper.send(b"q")
        os.kill(monitor, time.sleep(0.5) or signal.SIGCONT)
        check(serve.process.wait(WAIT) == 0, f"{wall}: who has a client to the end is put to sleep, whatever its network says")
    with Serve(o.wick, runtime, *words) as serve:
        check(number(port) == 2, f"{wall}: and has lost nothing")


def deaf(o, runtime, wall):
    """Its network dies, and the guest lives on."""
    port = http.free_port()
    with Serve(o.wick, runtime, o.image, "--vmm", wall, "--listen", str(port), "--idle", "5m") as serve:
        number(port)
        network = hosted.children(monitor := serve.appliances()[0])
        os.kill(network[0], signal.SIGKILL)
        check(until(lambda: number(port) == 1), f"{wall}: whose network is gone is ended, and its client wakes it again")
        check(serve.appliances() != [monitor] and "takes too long" in serve.text(), f"{wall}: which a line says")


def fails(o, runtime, wall):
    port = http.free_port()
    with Serve(o.wick, runtime, o.image, "--vmm", wall, "--listen", str(port), "--idle", "100ms") as serve:
        ask(port, "GET /poison HTTP/1.0\r\n\r\n")
        serve.all_sleep()
        answers = []
        for _ in range(3):
            answers.append(ask(port))
            serve.all_sleep()
        check(not any(answers) and serve.metric("failures_total") == 3, f"{wall}: it fails at each waking, and its clients hear the end: {answers}")
        check(number(port) == 1 and "begins afresh: its snapshot has failed too often" in serve.text(), f"{wall}: then it begins afresh")


def activated(o, runtime, wall):
    """As systemd does it: a listening socket as file 3, and the process's own number."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        port = listening.getsockname()[1]
        # `python -c` keeps the number of the process, and its file 3 is the socket.
        starter = ("import os,sys; os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); "
                   "os.execv(sys.argv[2], sys.argv[2:])")
        with Serve(o.wick, runtime, o.image, "--vmm", wall, "--idle", "100ms", files=[listening.fileno()],
                   prefix=(sys.executable, "-c", starter, str(listening.fileno()))) as serve:
            answers = [number(port) for _ in range(2) if serve.all_sleep()]
            check(answers == [1, 2], f"{wall}: a socket of systemd's leads to it: {answers}")


def hosts(o, runtime, wall):
    port, own = http.free_port(), http.free_port()
    services = os.path.join(runtime, "serve.toml")
    with open(services, "w", encoding="utf-8") as file:
        for name, extra in (("one", f'listen = ["{port}"]\nhosts = ["one.example", "www.one.example"]'),
                            ("two", f'listen = ["{port}"]\nhosts = ["two.example"]'), ("three", f'listen = ["{own}:80"]')):
            file.write(f'[[appliance]]\nname = "{name}"\nimage = "{os.path.abspath(o.image)}"\n{extra}\n\n')
    with Serve(o.wick, runtime, services, "--vmm", wall, "--idle", "100ms") as serve:
        answers = []
        for host in ("one.example", "two.example", "WWW.one.example.:80", "one.example", "two.example"):
            answers.append(number(port, host))
            serve.all_sleep()
        check(answers == [1, 1, 2, 3, 2] and number(own) == 1, f"{wall}: names lead to appliances, each with its count: {answers}")
        get = "GET / HTTP/1.1\r\nHost: two.example\r\nX: y\r\n\r\n"
        check("request 3" in (ask(port, get, pieces=5) or ""), f"{wall}: a head that comes in pieces")
        check("request 4" in (ask(port, "GET http://two.example/ HTTP/1.1\r\nHost: one.example\r\n\r\n") or ""), f"{wall}: the target's host counts")
        filled = "GET / HTTP/1.1\r\nHost: two.example\r\n" + "X: " + "y" * 9000 + "\r\n\r\n"
        many = "GET / HTTP/1.1\r\nHost: two.example\r\n" + "A: b\r\n" * 100 + "\r\n"
        for what, head, status in (("a host of nobody's", get.replace("two", "ten"), 421), ("no host", "GET / HTTP/1.1\r\n\r\n", 400),
                                   ("two hosts", get.replace("X: y", "Host: one.example"), 400), ("a long head", filled, 400),
                                   ("too many fields", many, 400), ("noise", b"\x16\x03\x01\x02\x00\x01" + bytes(range(256)), 400),
                                   ("a host of bytes", get.replace("two", "\x01\x7f\xff"), 400), ("a path as host", get.replace("two", "../two"), 400),
                                   ("a host of a megabyte", "GET / HTTP/1.1\r\nHost: " + "a" * (1 << 20), 400)):
            answer = ask(port, head)
            check(answer is None and len(head) > 8192 or (answer or "").startswith(f"HTTP/1.1 {status} "), f"{wall}: {what}: {status}")
        start = time.monotonic()
        slow = ask(port, "GET / HT")
        check((slow or "").startswith("HTTP/1.1 408 ") and time.monotonic() - start < 10, f"{wall}: who says too little for too long is sent away")
        with socket.create_connection(("127.0.0.1", port)):
            pass
        check(number(port, "one.example") == 4 and serve.metric("handed_total") == 8, f"{wall}: strangers have woken nobody")


def refused(o, runtime, wall):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        used = str(taken.getsockname()[1])
        for words, sentence in ((["--listen", used], f"Port {used} of 127.0.0.1 is in use already"), (["--listen", "x"], '"x" is no place to listen at'),
                                (["--listen", "80:80/udp"], "is no place to listen at"), ([], "Nothing leads to the appliance"),
                                (["--listen", "8080", "--idle", "soon"], '"soon" is not a time'), (["--listen", "8080", "--copies", "0"], '"0" is no number of copies'),
                                (["--listen", "65000", "--copies", "1000"], "There is no port 65999"),
                                (["--listen", "8080", "--listen", "8080"], "want port 8080"), (["--listen", "8080", "--max-awake", "no"], '"no" is no number of appliances'),
                                (["--listen", "8080", "--metrics", "a"], '"a" is no port'), (["--listen", "8080", "--name", "../a"], '"../a" is no name')):
            done = subprocess.run([o.wick, "serve", o.image, "--vmm", wall, *words], env=dict(os.environ, XDG_RUNTIME_DIR=runtime, NO_COLOR="1"),
                                  capture_output=True, text=True, timeout=WAIT, check=False)
            check(done.returncode == 1 and sentence in done.stderr, f"{' '.join(words)}: {done.stderr.strip()}")
    done = subprocess.run([o.wick, "serve", o.plain, "--vmm", wall, "--listen", str(http.free_port())], capture_output=True, text=True,
                          env=dict(os.environ, XDG_RUNTIME_DIR=runtime), timeout=WAIT, check=False)
    check(done.returncode == 1 and "no network" in done.stderr, f"without a network: {done.stderr.strip()}")


parser = argparse.ArgumentParser()
parser.add_argument("--wick", required=True)
parser.add_argument("--image", required=True)
parser.add_argument("--plain", required=True, help="one without a network")
parser.add_argument("--storm", type=int, default=60, help="so many are called at once")
options = parser.parse_args()
with tempfile.TemporaryDirectory(prefix="wick-serve-test-") as folder:
    for each in hosted.walls():
        goes_on(options, folder, each)
        storm(options, folder, each, options.storm)
    for test in (killed, hurried, deaf, fails, activated, hosts, refused):
        test(options, folder, each)
    left = [name for name in os.listdir(folder) if name.startswith("wick-serve-")]
    check(left == [], f"no snapshot of a run is left: {left}")
hosted.finish()
