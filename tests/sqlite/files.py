# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""SQLite on a volume with files, by its own VFS for Unix, in each of its kinds of journals: killed in the middle of its
transactions again and again, it has all that it has told of, and so has Linux's SQLite with what `wick volume cp` takes out. A
database that Linux has made and `wick volume cp` has put there is read. files.py WICK IMAGE qemu|hosted|process"""

import os
import random
import sqlite3
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import session  # noqa: E402
from support import hosted, volumes  # noqa: E402
from support.hosted import check  # noqa: E402

KILLS = 20
JOURNALS = ("delete", "wal", "truncate", "persist")


class Volume:
    def __init__(self, wick, image, vmm, folder):
        self.wick, self.folder, self.disk = wick, folder, f"{folder}/disk.img"
        self.command = [wick, "run", image, "--vmm", vmm, "--disk", f"data={self.disk}", "--arg=-bail", "--arg=/data/shop.db"]

    def tool(self, *words):
        return volumes.tool(self.wick, *words)

    def wait_free(self):
        return volumes.when_free(self.wick, "check", self.disk)

    def take_out(self):
        """The database, and the journals that belong to it."""
        for end in "", "-wal", "-journal":
            path = f"{self.folder}/shop.db{end}"
            if os.path.exists(path):
                os.remove(path)
            if end == "" or f"shop.db{end}\n" in self.tool("ls", self.disk).stdout:
                check(self.tool("cp", f"{self.disk}:/shop.db{end}", path).returncode == 0, f"wick volume cp takes out shop.db{end}")
        return f"{self.folder}/shop.db"


def made_on_linux(volume):
    """Rows 1 to 3 are Linux's."""
    path = f"{volume.folder}/shop.db"
    database = sqlite3.connect(path)
    database.execute("create table t(id integer primary key, size, v)")
    database.executemany("insert into t values(?, 3, x'010203')", ((number,) for number in (1, 2, 3)))
    database.commit()
    database.close()
    check(volume.tool("create", volume.disk, "--size", "16M").returncode == 0 and
          volume.tool("cp", path, f"{volume.disk}:/").returncode == 0, "a database of Linux's is put there")


def kills(volume, vmm):
    last, killed, left = 3, 0, {"-wal": 0, "-journal": 0}
    for i in range(3 * KILLS):
        journal = JOURNALS[i % len(JOURNALS)]
        told, text = session.run_and_kill(volume.command, f"pragma journal_mode={journal};\npragma synchronous=extra;\n", last + 1,
                                          random.random())
        looked = volume.wait_free()
        check("all is well" in looked.stdout, f"kill {i + 1}: {looked.stdout.strip()}{looked.stderr.strip()}")
        path = volume.take_out()
        for end in left:
            left[end] += os.path.exists(path + end) and os.path.getsize(path + end) > 0
        now, wrong = session.last_row(path, told, last)
        if not check(not wrong, f"kill {i + 1}, {vmm}, journal_mode={journal}: {told} were told, {now} are there"):
            print(wrong, text[-300:].decode("utf-8", "replace"))
            return
        # What QEMU's console loses of the input is a syntax error of SQLite's, which ends the session by itself.
        killed += b"syntax error" not in text
        last = now
        if killed == KILLS:
            break
    check(killed == KILLS and last > 3 + KILLS and left["-wal"] > 0, f"{killed} kills, {last} transactions; left behind: {left}")


def main():
    wick, image, vmm = sys.argv[1:]
    if vmm in hosted.WALLS:
        hosted.need(vmm)
    with tempfile.TemporaryDirectory(prefix="wick-sqlite-") as folder:
        volume = Volume(wick, os.path.abspath(image), vmm, folder)
        made_on_linux(volume)
        kills(volume, vmm)
    hosted.finish()


main()
