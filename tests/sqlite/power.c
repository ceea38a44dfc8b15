// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// SQLite on a volume that loses power: power CUTS SEED [lying]. The disk below the store remembers what was written
// since the last flush; at a cut each 512 bytes of that are there, gone, of an earlier write, or half of either.
// Afterwards every transaction that was committed must be there, the one under way wholly or not at all, and SQLite
// content. A disk that lies about its flushes ("lying") must be found out.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_disk.h"
#include "sqlite3.h"
#include "wickdb/layout.h"

static int failures;
static void fail(const char* what, const char* more) {
  if (failures++ < 5) printf("FAILED  cut %lu: %s %s\n", count.cuts, what, more);
}

static sqlite3* database;

static int run(const char* sql) { return sqlite3_exec(database, sql, NULL, NULL, NULL); }

/// The first column of the first row; -1 when there is none.
static long long number(const char* sql) {
  sqlite3_stmt* statement = NULL;
  long long value = -1;
  if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
    value = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return value;
}

static int open_database(const char* format) {
  char name[80];
  snprintf(name, sizeof name, "file:/dev/fake?vfs=volume%s", format);
  const int done = sqlite3_open_v2(name, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL);
  if (done == SQLITE_OK) run("pragma wal_autocheckpoint=12; pragma cache_size=5;");
  count.sessions++;
  return done;
}

static int make_tables(void) {
  return run(
      "begin; create table t(id integer primary key, v blob); create table meta(number, rows, bytes);"
      "insert into meta values(0, 0, 0); commit");
}

static void close_database(void) {
  sqlite3_close(database);
  database = NULL;
}

/// One transaction; its number and what the table then sums up to are in it.
static int transaction(long long number_of_it) {
  char sql[1000];
  int done = run("begin immediate");
  for (unsigned i = 0, n = 1 + chance(chance(12) ? 6 : 80); i < n && done == SQLITE_OK; i++) {
    const unsigned what = chance(10), id = chance(n > 6 ? 30 : 300);
    if (what < 7)
      snprintf(sql, sizeof sql, "replace into t values(%u, randomblob(%u))", id, 1 + chance(chance(8) ? 600 : 9000));
    else
      snprintf(sql, sizeof sql, "delete from t where id between %u and %u", id, id + chance(20));
    done = run(sql);
  }
  snprintf(
      sql, sizeof sql,
      "update meta set number=%lld, rows=(select count(*) from t), bytes=(select total(length(v)) + total(id) from t)",
      number_of_it);
  if (done == SQLITE_OK) done = run(sql);
  if (done == SQLITE_OK) done = run("commit");
  if (done != SQLITE_OK) run("rollback");
  return done;
}

/// What the disk has after a cut. @return the number of the last transaction
static long long inspect(long long committed) {
  char more[80];
  const long long last = number("select number from meta");
  snprintf(more, sizeof more, "%lld instead of %lld", last, committed);
  if (last != committed && last != committed + 1) fail("the last transaction is", more);
  sqlite3_stmt* statement = NULL;
  const int good = sqlite3_prepare_v2(database, "pragma integrity_check", -1, &statement, NULL) == SQLITE_OK &&
                   sqlite3_step(statement) == SQLITE_ROW &&
                   strcmp((const char*)sqlite3_column_text(statement, 0), "ok") == 0;
  if (!good) fail("SQLite finds the database damaged:", sqlite3_errmsg(database));
  sqlite3_finalize(statement);
  if (last >= 0 &&
      number("select rows = (select count(*) from t) and bytes = (select total(length(v)) + total(id) from t) from "
             "meta") != 1)
    fail("a transaction is there in part", "");
  return last;
}

int main(int arguments, char** words) {
  const unsigned long cuts = arguments > 1 ? strtoul(words[1], NULL, 10) : 300;
  state = arguments > 2 ? strtoull(words[2], NULL, 10) * 2654435761u + 88172645463325252u : 1;
  lying = arguments > 3;
  if (open_database("") == SQLITE_OK) fail("a blank volume was made a database without being asked", "");
  close_database();
  if (open_database("&format=blank") != SQLITE_OK || make_tables() != SQLITE_OK) {
    fail("a new database:", sqlite3_errmsg(database));
    return 1;
  }
  long long committed = 0;
  while (count.cuts < cuts && failures < 5) {
    if (chance(4) == 0) {
      // Another database in the old one's place, which loses power while it is young.
      close_database();
      if (open_database("&format=always") != SQLITE_OK) fail("making it anew:", sqlite3_errmsg(database));
      committed = -1;
      ready_for = chance(chance(2) ? 12 : 4);
      if (make_tables() == SQLITE_OK) committed = 0;
    } else {
      ready_for = chance(chance(3) ? 60 : 400);
    }
    while (!dead) {
      const unsigned what = chance(60);
      int done = SQLITE_OK;
      if (what == 0) {
        close_database();
        if (chance(12) == 0 && disk_bytes < kMost)
          disk_bytes += WICKDB_BLOCK * chance(60), disk_bytes = disk_bytes > kMost ? kMost : disk_bytes;
        if (open_database("") != SQLITE_OK && !dead) fail("an orderly start:", sqlite3_errmsg(database));
      } else if (what == 1) {
        done = run("pragma wal_checkpoint(truncate)");
        count.resets++;
      } else if (what == 2) {
        done = run("vacuum");
      } else {
        done = transaction(committed + 1);
        if (done == SQLITE_OK) committed++, count.commits++;
      }
      if (done == SQLITE_FULL) {
        count.full++;
        run("pragma wal_checkpoint(truncate)");
        run("begin; delete from t where id % 2; update meta set rows=(select count(*) from t), bytes=(select "
            "total(length(v)) + total(id) from t); commit");
      } else if (done != SQLITE_OK && !dead) {
        fail("without a cut:", sqlite3_errmsg(database));
        break;
      }
    }
    cut();
    ready_for = ~0u;
    close_database();
    forget_pending();
    if (open_database("") != SQLITE_OK) {
      fail("the database can't be opened:", sqlite3_errmsg(database));
      break;
    }
    committed = inspect(committed);
    if (committed < 0 && make_tables() == SQLITE_OK) committed = 0;
  }
  close_database();
  printf(
      "%lu cuts, %lu commits, %lu flushes, %lu units of 512 bytes written, %lu of them torn, %lu starts, %lu "
      "checkpoints, "
      "%lu times full, volume of %llu KiB at the end: %d failures\n",
      count.cuts, count.commits, count.flushes, count.units, count.torn, count.sessions, count.resets, count.full,
      (unsigned long long)disk_bytes >> 10, failures);
  return failures ? 1 : 0;
}
