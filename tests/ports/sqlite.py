# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""SQLite's shell behind both walls: in memory, in /tmp, and on a raw volume, where a second run finds what the first has written;
errors; and what SQLite's own tests have that runs without Tcl. sqlite.py IMAGE SPEEDTEST1 FUZZCHECK"""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import hosted  # noqa: E402
from support.hosted import check  # noqa: E402

SQL = """create table t(id integer primary key, word text, value real);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000) insert into t select i, 'word ' || (i % 97), i / 7.0 from n;
create index words on t(word);
select count(*), round(sum(value), 3), max(word) from t where word like 'word 1%';
select group_concat(id) from (select id from t where word = 'word 5' order by id limit 3);
delete from t where id % 2;
vacuum;
pragma integrity_check;
select sqrt(16), json_extract('{"a":[1,2]}', '$.a[1]'), date('2000-01-01', '+1 month');
"""
LARGE = """create table t(a);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) insert into t select randomblob(1000) from n;
"""
ANSWER = "572|203204.857|word 19\n5,102,199\nok\n4.0|2|2000-02-01\n"


def main():
    image, speedtest1, fuzzcheck = sys.argv[1:]
    for wall in hosted.walls():
        def piped(given, *words):
            done = subprocess.run(hosted.command(image, wall, *words), input=given.encode(), capture_output=True, timeout=120)
            return done.returncode, done.stdout.decode(), done.stderr.decode()

        result = piped(SQL)
        check(result == (0, ANSWER, ""), f"{wall}: in memory {result}")
        check(piped(SQL, "--arg=/tmp/data.db") == (0, ANSWER, ""), f"{wall}: in /tmp")
        code, said, errors = piped("select nowhere;")
        check(code == 1 and "no such column: nowhere" in said + errors, f"{wall}: an error is told")
        code, said, errors = piped(LARGE, "--memory", "12M")
        check(code == 1 and "out of memory" in said + errors, f"{wall}: memory's end is an error {said + errors}")
        with tempfile.TemporaryDirectory(prefix="wick-sqlite-") as scratch:
            disk = os.path.join(scratch, "disk")
            made = sqlite3.connect(disk)
            made.execute("create table t(a)")
            made.commit()
            made.close()
            os.truncate(disk, 8 << 20)
            volume = ("--disk", f"data={disk}", "--arg=-cmd", "--arg=pragma journal_mode=memory", "--arg=/dev/data")
            result = piped("insert into t values(1),(2); select sum(a) from t;", *volume)
            check(result == (0, "memory\n3\n", ""), f"{wall}: on a raw volume {result}")
            result = piped("insert into t values(4); select sum(a) from t; pragma integrity_check;", *volume)
            check(result == (0, "memory\n7\nok\n", ""), f"{wall}: where a second run finds it {result}")
            read = sqlite3.connect(disk).execute("select count(*), sum(a) from t").fetchone()
            check(read == (3, 7), f"{wall}: and this machine's SQLite {read}")
    wall = hosted.walls()[-1]
    done = hosted.run(hosted.command(speedtest1, wall, "--arg=--memdb", "--arg=--verify", "--arg=--size", "--arg=20"), 300)
    check(done.code == 0 and "TOTAL" in done.text, f"speedtest1 verifies itself: {done.text[-100:]}")
    done = hosted.run(hosted.command(fuzzcheck, wall), 900)
    told = re.findall(r"0 errors out of (\d+) tests", done.text)
    check(done.code == 0 and len(told) == 1, f"SQLite's fuzzcheck {done.text[-300:]} {done.errors[-300:]}")
    hosted.upstream("SQLite's fuzzcheck", int(told[0]) if told else 0, None)
    hosted.finish()


main()
