# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""SQLite on a volume. Natively, on a disk in memory: what is refused, a full volume, 1,000 losses of power, and a disk that lies
about its flushes, which has to be found out. Then apps/sqlite behind a runner, killed in the middle of its transactions again
and again: each that it has told of is there, and Linux's own SQLite reads what it left. volume.py WICK IMAGE qemu|hosted|process"""

import filecmp
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../bench"))
import port_programs  # noqa: E402
import volume_file  # noqa: E402
from support import hosted  # noqa: E402
from support.hosted import check, children  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../..")
STORE = [os.path.join(ROOT, "apps/sqlite/volume", name + ".c") for name in ("log", "sharing", "store", "vfs")]
KILLS = 20


def native(folder):
    sqlite = port_programs.folder_of("foreign", "sqlite3")
    options = ["clang-19", "-O1", "-w", "-DSQLITE_THREADSAFE=0", "-DSQLITE_OMIT_LOAD_EXTENSION", "-DSQLITE_EXTRA_INIT=wick_sqlite_volume",
               f"-I{sqlite}", f"-I{ROOT}"]
    engine = os.path.join(folder, "sqlite3.o")
    subprocess.run([*options, "-c", f"{sqlite}/sqlite3.c", "-o", engine], check=True)

    def program(name, disk=os.path.join(HERE, "fake_disk.c")):
        sources = [os.path.join(HERE, f"{name}.c"), disk, *STORE, engine]
        subprocess.run([*options, *sources, "-o", os.path.join(folder, name), "-lm", "-lpthread"], check=True)
        return os.path.join(folder, name)

    done = subprocess.run([program("cases")], capture_output=True, text=True, timeout=300)
    print(done.stdout, end="")
    check(done.returncode == 0, "cases on a disk in memory")
    power = program("power")
    for seed in ("1", "2"):
        done = subprocess.run([power, "500", seed], capture_output=True, text=True, timeout=600)
        check(done.returncode == 0, done.stdout.strip())
    done = subprocess.run([power, "500", "3", "lying"], capture_output=True, text=True, timeout=600)
    check(done.returncode == 1, "a disk that lies about its flushes is found out")
    commits = program("commits", os.path.join(ROOT, "apps/sqlite/volume/disk.c"))
    done = subprocess.run([commits, folder], capture_output=True, text=True, timeout=300)
    check(done.returncode == 0, done.stdout.strip())


class Runner:
    def __init__(self, wick, image, vmm, folder):
        self.command = [wick, "run", image, "--vmm", vmm, "--disk", f"data={folder}/disk", "--arg=-vfs", "--arg=volume", "--arg=-bail"]
        self.folder = folder

    def start(self, name):
        return subprocess.Popen([*self.command, f"--arg={name}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def below(pid):
    """All processes that descend from this one, the youngest last."""
    return [pid] + [more for child in children(pid) for more in below(child)]


def session(runner, name, first, seconds):
    """Feeds transactions until it is killed. @return the last one that it has told of, and what it printed"""
    with runner.start(name) as run:
        if first == 1:
            run.stdin.write(b"create table t(id integer primary key, size, v);\n")
        told, text, limit, patience = first - 1, b"", None, time.monotonic() + 30
        os.set_blocking(run.stdout.fileno(), False)
        sent = first
        try:
            while time.monotonic() < (limit or patience):
                if sent == told + 1:  # one at a time: a console of QEMU's takes a line or two ahead
                    size = random.choice((20, 700, 5000))
                    run.stdin.write(f"begin; insert into t values({sent}, {size}, randomblob({size})); "
                                    f"delete from t where id = {sent} - 60; commit; select 'told {sent}';\n".encode())
                    run.stdin.flush()
                    sent += 1
                text += run.stdout.read() or b""
                found = re.findall(rb"told (\d+)[\r\n]", text)
                told = int(found[-1]) if found else told
                if found and limit is None:
                    limit = time.monotonic() + seconds
                if run.poll() is not None:
                    break
                time.sleep(0.001)
        except BrokenPipeError:
            pass
        for pid in reversed(below(run.pid)) if run.poll() is None else ():
            os.kill(pid, signal.SIGKILL)
        text += run.stdout.read() or b""
        found = re.findall(rb"told (\d+)[\r\n]", text)
        run.stdin = None
    return (int(found[-1]) if found else told), text


def same(one, other):
    if not os.path.exists(one) or not os.path.exists(other):
        return os.path.exists(one) == os.path.exists(other)
    return filecmp.cmp(one, other, shallow=False)


def kills(wick, image, vmm):
    with tempfile.TemporaryDirectory(prefix="wick-sqlite-") as folder:
        with open(f"{folder}/disk", "wb") as disk:
            disk.truncate(16 << 20)
        runner = Runner(wick, image, vmm, folder)
        last, with_log, killed = 0, 0, 0
        for i in range(3 * KILLS):
            told, text = session(runner, "/dev/data" if i else "file:/dev/data?format=blank", last + 1, random.random())
            for name in os.listdir(folder):
                if name.startswith("out"):
                    os.remove(os.path.join(folder, name))
            volume_file.take_out(f"{folder}/disk", f"{folder}/out")
            subprocess.run([wick, "volume", "cp", f"{folder}/disk:/db", f"{folder}/out-by-wick"], check=True)
            for end in "", "-wal":
                if not same(f"{folder}/out{end}", f"{folder}/out-by-wick{end}"):
                    sys.exit(f"FAILED: wick volume cp takes out another out{end}")
            with_log += os.path.exists(f"{folder}/out-wal")
            database = sqlite3.connect(f"{folder}/out")
            sound = database.execute("pragma integrity_check").fetchall() == [("ok",)]
            there = [row[0] for row in database.execute("select id from t order by id")]
            sizes = database.execute("select count(*) from t where size != length(v)").fetchone()[0]
            database.close()
            now = there[-1] if there else 0
            # What QEMU's console loses of the input is a syntax error of SQLite's, which ends the session by itself.
            killed += b"syntax error" not in text
            fine = sound and sizes == 0 and now >= told >= last and there == list(range(max(1, now - 59), now + 1))
            if not check(fine, f"kill {i + 1}, {vmm}: {told} were told, {now} are there"):
                print(sound, sizes, there[:3], text[-300:])
                return
            last = now
            if killed == KILLS:
                break
        check(killed == KILLS and with_log > 0 and last >= KILLS, f"{killed} kills, {last} transactions; {with_log} times a log was left behind")


def main():
    wick, image, vmm = sys.argv[1:]
    if vmm in hosted.WALLS:
        hosted.need(vmm)
    else:
        with tempfile.TemporaryDirectory(prefix="wick-sqlite-") as folder:
            native(folder)
    kills(wick, os.path.abspath(image), vmm)
    hosted.finish()


main()
