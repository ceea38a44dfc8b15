// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Commits a second, natively: commits FOLDER. One row each, durable, in turn by the store of apps/sqlite on a file of
// Linux's, and by SQLite's own files there with a write-ahead log and with a rollback journal.

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "sqlite3.h"

enum { kCommits = 400, kRounds = 3, kKinds = 3 };

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double rate(const char* name, const char* mode) {
  sqlite3* database;
  char sql[120];
  if (sqlite3_open_v2(name, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI, NULL) != SQLITE_OK)
    return 0;
  snprintf(sql, sizeof sql, "pragma journal_mode=%s; pragma synchronous=full; create table if not exists t(a, b)",
           mode);
  int done = sqlite3_exec(database, sql, NULL, NULL, NULL);
  const double start = seconds();
  for (int i = 0; i < kCommits && done == SQLITE_OK; i++)
    done = sqlite3_exec(database, "insert into t values(1, 'a row of an edge box, with some words')", NULL, NULL, NULL);
  const double taken = seconds() - start;
  sqlite3_close(database);
  return done == SQLITE_OK ? kCommits / taken : 0;
}

int main(int count, char** words) {
  if (count < 2 || chdir(words[1]) != 0) return 2;
  const int disk = open("volume", O_RDWR | O_CREAT, 0600);
  // Written once, as a partition's sectors are there.
  static char zero[1 << 20];
  for (int i = 0; i < 16; i++)
    if (write(disk, zero, sizeof zero) != sizeof zero) return 2;
  fsync(disk);
  close(disk);
  double best[kKinds] = {0};
  for (int round = 0; round < kRounds; round++) {
    const double now[kKinds] = {rate("file:volume?vfs=volume&format=blank", "wal"), rate("file:log.db", "wal"),
                                rate("file:journal.db", "delete")};
    for (int i = 0; i < kKinds; i++)
      if (now[i] > best[i]) best[i] = now[i];
  }
  printf("commits a second: volume %.0f, write-ahead log in a file %.0f, rollback journal in a file %.0f\n", best[0],
         best[1], best[2]);
  return best[0] > 0 && best[1] > 0 && best[2] > 0 ? 0 : 1;
}
