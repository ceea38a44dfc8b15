// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// SQLite on a volume: what is refused and stays as it is, a full volume, one that grows, several connections at the
// same time. Prints a line for each case.

#include <stdio.h>
#include <string.h>

#include "fake_disk.h"
#include "sqlite3.h"
#include "wickdb/layout.h"

static int failures;
static sqlite3* database;

static int check(int good, const char* what) {
  printf("%s  %s%s%s\n", good ? "ok    " : "FAILED", what, good || !database ? "" : ": ",
         good || !database ? "" : sqlite3_errmsg(database));
  failures += !good;
  return good;
}

static int run_on(sqlite3* one, const char* sql) { return sqlite3_exec(one, sql, NULL, NULL, NULL); }
static int run(const char* sql) { return run_on(database, sql); }

static int open_database(const char* more) {
  sqlite3_close(database);
  char name[80];
  snprintf(name, sizeof name, "file:/dev/fake?vfs=volume%s", more);
  const int done = sqlite3_open_v2(name, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL);
  return done != SQLITE_OK ? done : run("select * from sqlite_schema");
}

static void close_database(void) {
  sqlite3_close(database);
  database = NULL;
}

/// The first column of the first row as text.
static const char* text_on(sqlite3* one, const char* sql) {
  static char text[200];
  sqlite3_stmt* statement = NULL;
  snprintf(text, sizeof text, "nothing");
  if (sqlite3_prepare_v2(one, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
    snprintf(text, sizeof text, "%s", (const char*)sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  return text;
}
static int says(const char* sql, const char* expected) { return strcmp(text_on(database, sql), expected) == 0; }

static struct wickdb_header* header(unsigned slot) { return (struct wickdb_header*)(seen + slot * WICKDB_BLOCK); }

static void refusals(void) {
  static uint8_t before[kMost];
  check(open_database("") == SQLITE_CANTOPEN, "a blank volume is refused when nobody asks for a database there");
  memcpy(seen, "SQLite format 3", 16);
  memcpy(before, seen, sizeof seen);
  check(open_database("") == SQLITE_CANTOPEN && open_database("&format=blank") == SQLITE_CANTOPEN,
        "a foreign volume is refused");
  check(memcmp(before, seen, sizeof seen) == 0, "and stays as it is");
  check(open_database("&format=always") == SQLITE_OK && run("create table t(a)") == SQLITE_OK,
        "unless it is said that it may go");
  check(says("pragma journal_mode", "wal") && run("pragma journal_mode=delete") == SQLITE_CANTOPEN &&
            says("pragma journal_mode", "wal") && says("pragma synchronous", "2"),
        "it keeps its write-ahead log");
  check(run("insert into t values(1); vacuum") == SQLITE_OK && says("pragma integrity_check", "ok"), "vacuum");
  close_database();
  memcpy(before, seen, sizeof seen);

  const unsigned newest = header(1)->generation > header(0)->generation;
  header(newest)->crc ^= 1;
  check(open_database("") == SQLITE_OK && says("select a from t", "1"), "one damaged header does no harm");
  close_database();
  memcpy(seen, before, sizeof seen);
  header(0)->crc ^= 1, header(1)->crc ^= 1;
  check(open_database("&format=blank") == SQLITE_CORRUPT, "two are told");
  memcpy(seen, before, sizeof seen);
  for (unsigned i = 0; i < 2; i++) header(i)->version++, header(i)->crc = wickdb_header_crc(header(i));
  check(open_database("") == SQLITE_CANTOPEN, "a newer form is refused");
  memcpy(seen, before, sizeof seen);
  const uint64_t bytes = disk_bytes;
  disk_bytes = bytes - WICKDB_CHUNK;
  check(open_database("") == SQLITE_CORRUPT, "a volume that is shorter than it was is refused");
  disk_bytes = WICKDB_SMALLEST - 1;
  check(open_database("&format=always") == SQLITE_CANTOPEN, "so is one that is too small");
  disk_bytes = bytes;
  check(open_database("") == SQLITE_OK && says("select a from t", "1"), "and all is there afterwards");
}

/// Fills the table. @return rows that were committed
static int fill(int from) {
  char sql[100];
  for (;; from++) {
    snprintf(sql, sizeof sql, "insert into full values(%d, randomblob(%d))", from, from % 7 ? 3000 : 20000);
    const int done = run(sql);
    if (done == SQLITE_FULL) return from;
    if (done != SQLITE_OK) return -1;
  }
}

static void full(void) {
  char sql[200];
  run("pragma wal_autocheckpoint=100; create table full(id integer primary key, v blob)");
  int rows = fill(0);
  snprintf(sql, sizeof sql, "%d", rows);
  check(rows > 100 && says("select count(*) from full", sql) && says("pragma integrity_check", "ok"),
        "a full volume is SQLITE_FULL, and all rows are there");
  check(run("pragma wal_checkpoint(truncate)") == SQLITE_OK, "what is in the log has room in the database");
  for (int before = -1; before != rows;) {
    before = rows;
    rows = fill(rows);
    run("pragma wal_checkpoint(truncate)");
  }
  snprintf(sql, sizeof sql, "%d", rows);
  check(rows > 0 && open_database("") == SQLITE_OK && says("select count(*) from full", sql),
        "so it is after a new start");
  int done = SQLITE_OK;
  for (int i = 0; i < rows && done == SQLITE_OK; i += 2) {
    snprintf(sql, sizeof sql, "delete from full where id = %d", i);
    done = run(sql);
    if (done == SQLITE_FULL && run("pragma wal_checkpoint(truncate)") == SQLITE_OK) done = run(sql);
  }
  check(done == SQLITE_OK &&
            run("pragma wal_checkpoint(truncate); insert into full values(-1, randomblob(9000))") == SQLITE_OK,
        "rows can be deleted on a full volume, and others take their room");
  const uint64_t before = disk_bytes;
  disk_bytes += 1 << 20;
  check(open_database("") == SQLITE_OK && fill(100000) > 100050 &&
            header(0)->volume_bytes + header(1)->volume_bytes > before * 2,
        "a volume that has grown takes more");
  check(says("pragma integrity_check", "ok"), "and is sound");
}

static void connections(void) {
  sqlite3 *reader = NULL, *writer = NULL;
  open_database("&format=always");
  run("create table t(a); insert into t values(1)");
  const char* name = "file:/dev/fake?vfs=volume";
  sqlite3_open_v2(name, &reader, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL);
  sqlite3_open_v2(name, &writer, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL);
  check(run_on(reader, "begin; select * from t") == SQLITE_OK &&
            run_on(writer, "begin immediate; insert into t values(2)") == SQLITE_OK,
        "one reads while another writes");
  check(run("insert into t values(9)") == SQLITE_BUSY, "and a second one can't write");
  check(run_on(writer, "commit") == SQLITE_OK && strcmp(text_on(reader, "select count(*) from t"), "1") == 0,
        "the reader keeps what it saw");
  check(run_on(writer, "pragma wal_checkpoint(truncate)") == SQLITE_BUSY ||
            strcmp(text_on(reader, "select count(*) from t"), "1") == 0,
        "through a checkpoint, too");
  check(run_on(reader, "commit") == SQLITE_OK && strcmp(text_on(reader, "select count(*) from t"), "2") == 0,
        "until its transaction ends");
  sqlite3_close(writer);
  check(run_on(reader, "insert into t values(3)") == SQLITE_OK && says("select count(*) from t", "3"),
        "a connection less does no harm");
  sqlite3_close(reader);
  close_database();
  check(open_database("") == SQLITE_OK && says("select count(*) from t", "3") && says("pragma integrity_check", "ok"),
        "nor does the last one's end");
  check(run("attach ':memory:' as other; begin; create table other.x(a); insert into t values(4); commit") == SQLITE_OK,
        "a database in memory beside it");
  close_database();
}

int main(void) {
  disk_bytes = 2 << 20;
  refusals();
  full();
  connections();
  return failures ? 1 : 0;
}
