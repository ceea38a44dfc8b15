# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""SQLite on a volume. Natively, on a disk in memory: what is refused, a full volume, 1,000 losses of power, and a disk that lies
about its flushes, which has to be found out. Then apps/sqlite behind a runner, killed in the middle of its transactions again
and again: each that it has told of is there, and Linux's own SQLite reads what it left. volume.py WICK IMAGE qemu|hosted|process"""

import filecmp
import glob
import os
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../bench"))
import port_programs  # noqa: E402
import session  # noqa: E402
import volume_file  # noqa: E402
from support import hosted, volumes  # noqa: E402
from support.hosted import check  # noqa: E402

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


def same(one, other):
    if not os.path.exists(one) or not os.path.exists(other):
        return os.path.exists(one) == os.path.exists(other)
    return filecmp.cmp(one, other, shallow=False)


def kills(wick, image, vmm):
    with tempfile.TemporaryDirectory(prefix="wick-sqlite-") as folder:
        with open(f"{folder}/disk", "wb") as disk:
            disk.truncate(16 << 20)
        command = [wick, "run", image, "--vmm", vmm, "--disk", f"data={folder}/disk", "--arg=-vfs", "--arg=volume", "--arg=-bail"]
        last, with_log, killed = 0, 0, 0
        for i in range(3 * KILLS):
            name = "/dev/data" if i else "file:/dev/data?format=blank"
            opening = "" if last else "create table if not exists t(id integer primary key, size, v);\n"
            told, text = session.run_and_kill([*command, f"--arg={name}"], opening, last + 1, random.random())
            for old in glob.glob(f"{folder}/out*"):
                os.remove(old)
            volume_file.take_out(f"{folder}/disk", f"{folder}/out")
            taken = volumes.when_free(wick, "cp", f"{folder}/disk:/db", f"{folder}/out-by-wick")
            if taken.returncode:
                sys.exit(f"FAILED: {taken.stderr}")
            for end in "", "-wal":
                if not same(f"{folder}/out{end}", f"{folder}/out-by-wick{end}"):
                    sys.exit(f"FAILED: wick volume cp takes out another out{end}")
            with_log += os.path.exists(f"{folder}/out-wal")
            now, wrong = session.last_row(f"{folder}/out", told, last)
            # What QEMU's console loses of the input is a syntax error of SQLite's, which ends the session by itself.
            killed += b"syntax error" not in text
            if not check(not wrong, f"kill {i + 1}, {vmm}: {told} were told, {now} are there"):
                print(wrong, text[-300:])
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
