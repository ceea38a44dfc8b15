# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""How long after `podman run` the first byte of HTTP is there: of an appliance by wick-runtime, and of a static native server by crun,
by turns, in one network namespace. The script takes the times in namespaces of its own; containers() calls it."""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import containers as engines, own_machine  # noqa: E402

TARGET = 1.3
PORT = 8080
STARTS = 20
NATIVE, WALLS = "native", ("hosted", "process")
OWN_FOLDERS = ("/run",)
PATH = "/usr/bin:/bin"  # where crun is and runc isn't, so that the same engine is below both
LIMITS = ["--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096"]  # podman asks for more than root of some machines has


def first_byte():
    """Waits for it, for some seconds."""
    limit = time.monotonic() + 30
    while time.monotonic() < limit:
        with socket.socket() as client:
            client.settimeout(5)
            try:
                client.connect(("127.0.0.1", PORT))
                client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                if client.recv(1):
                    return
            except OSError:
                pass
        time.sleep(0.0005)
    raise SystemExit("no first byte of HTTP")


def main(wick, runtime, appliance, server):
    own_machine.enter(__file__, [wick, runtime, appliance, server], OWN_FOLDERS)
    if os.path.ismount(engines.UNIFIED):
        subprocess.run(["umount", engines.UNIFIED], check=True)
    with tempfile.TemporaryDirectory(prefix="wick-bench-") as scratch:
        os.chdir(scratch)
        podman = ["podman", "--root", f"{scratch}/storage", "--runroot", f"{scratch}/run", "--tmpdir", f"{scratch}/tmp", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs",
                  "--events-backend", "file"]
        run = lambda *words: subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)  # noqa: E731
        run(wick, "pack", appliance, "--format", "oci", "-o", "http.oci.tar")
        os.environ["PATH"] = PATH
        run(*podman, "load", "-i", "http.oci.tar")
        run("tar", "-cf", "native.tar", "-C", os.path.dirname(server), os.path.basename(server))
        run(*podman, "import", "--change", f'ENTRYPOINT ["/{os.path.basename(server)}", "{PORT}"]', "native.tar", NATIVE)
        subjects = {NATIVE: ["crun", f"localhost/{NATIVE}"]}
        subjects |= {wall: [runtime, "localhost/http", f"--publish={PORT}:80", f"--wall={wall}"] for wall in WALLS}
        times = {name: [] for name in subjects}
        for _ in range(STARTS + 1):
            for name, (engine, image, *words) in subjects.items():
                begin = time.monotonic()
                with subprocess.Popen([*podman, "--runtime", engine, "run", "--rm", "--name", "one", "--network", "host", *LIMITS, image, *words], stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                    first_byte()
                    times[name].append(time.monotonic() - begin)
                    subprocess.run([*podman, "--runtime", engine, "kill", "one"], check=False, stdout=subprocess.DEVNULL)
                    process.wait(30)
        os.chdir("/")
    print(json.dumps({name: taken[1:] for name, taken in times.items()}))  # the first turn fills caches


def containers(context):
    from guest import call  # noqa: PLC0415  what wants a built tree is not the script's
    from native_peers import tool  # noqa: PLC0415
    from row import Row  # noqa: PLC0415

    build = os.path.join(context.root, "build/host/tools")
    said = call(sys.executable, os.path.abspath(__file__), f"{build}/wick/wick", f"{build}/runtime/wick-runtime", context.image("http", wall="hosted"), tool("epoll_server"))
    medians = {name: statistics.median(taken) * 1000 for name, taken in json.loads(said.splitlines()[-1]).items()}
    rows = [Row("podman run to the first byte of HTTP: a static native server by crun", round(medians[NATIVE], 1), unit="ms")]
    for wall in WALLS:
        rows.append(Row(f"{wall}: the same of an appliance by wick-runtime, in front of crun, over that", round(medians[wall] / medians[NATIVE], 2), TARGET, "x"))
    return rows


if __name__ == "__main__":
    main(*sys.argv[1:])
