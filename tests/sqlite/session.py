# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""A session of SQLite's shell in an appliance, killed in the middle of its transactions, and what is to be found of them."""

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support.hosted import children  # noqa: E402

KEPT = 60  # rows


def below(pid):
    """All processes that descend from this one, the youngest last."""
    return [pid] + [more for child in children(pid) for more in below(child)]


def run_and_kill(command, opening, first, seconds):
    """Feeds transactions, then kills. @param opening statements before them  @return the last one that it has told of, and what it
    printed"""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
        run.stdin.write(opening.encode())
        told, text, limit, patience = first - 1, b"", None, time.monotonic() + 30
        os.set_blocking(run.stdout.fileno(), False)
        sent = first
        try:
            while time.monotonic() < (limit or patience):
                if sent == told + 1:  # one at a time: a console of QEMU's takes a line or two ahead
                    size = random.choice((20, 700, 5000))
                    run.stdin.write(f"begin; insert into t values({sent}, {size}, randomblob({size})); "
                                    f"delete from t where id = {sent} - {KEPT}; commit; select 'told {sent}';\n".encode())
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


def last_row(path, told, least):
    """Of the database as Linux's own SQLite reads it. @return the last transaction, and what is wrong: empty for nothing"""
    database = sqlite3.connect(path)
    sound = database.execute("pragma integrity_check").fetchall()
    there = [row[0] for row in database.execute("select id from t order by id")]
    sizes = database.execute("select count(*) from t where size != length(v)").fetchone()[0]
    database.close()
    now = there[-1] if there else 0
    wrong = [text for text, holds in (
        (f"integrity_check: {sound[:2]}", sound == [("ok",)]), (f"{sizes} rows have another size", sizes == 0),
        (f"{told} were told, {least} before", now >= told >= least),
        (f"rows {there[:3]}…", there == list(range(max(1, now - KEPT + 1), now + 1)))) if not holds]
    return now, ", ".join(wrong)
