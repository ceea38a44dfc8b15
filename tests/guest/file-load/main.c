// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// main FOLDER SYNCS MIB FILES: what files on a disk cost, as nanoseconds for each of three loads. The same source runs
// in an appliance and on Linux; every load ends durably.

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { kBlock = 4096, kPiece = 1 << 20, kSpread = 4096 };

static char piece[kPiece];
static char path[512];

static void need(int holds, const char* what) {
  if (holds) return;
  perror(what);
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static const char* in(const char* folder, const char* name, int number) {
  snprintf(path, sizeof path, "%s/%s%d", folder, name, number);
  return path;
}

static void tell(const char* what, int64_t from) {
  printf("%s %lld\n", what, (long long)(now() - from));
  fflush(stdout);
}

/// Blocks anywhere in a file of 16 MiB, each durable before the next.
static void synced_blocks(const char* folder, int count) {
  const int file = open(in(folder, "blocks", 0), O_RDWR | O_CREAT | O_TRUNC, 0600);
  need(file >= 0, "open");
  for (int i = 0; i < kBlock * kSpread / kPiece; i++) need(write(file, piece, kPiece) == kPiece, "write");
  need(fsync(file) == 0, "fsync");
  const int64_t start = now();
  for (int i = 0; i < count; i++) {
    piece[0] = (char)i;
    need(pwrite(file, piece, kBlock, (off_t)(i * 2654435761u % kSpread) * kBlock) == kBlock && fsync(file) == 0,
         "fsync");
  }
  tell("synced", start);
  need(close(file) == 0 && unlink(path) == 0, "unlink");
}

static void sequential(const char* folder, int pieces) {
  const int64_t start = now();
  const int file = open(in(folder, "large", 0), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  need(file >= 0, "open");
  for (int i = 0; i < pieces; i++) need(write(file, piece, kPiece) == kPiece, "write");
  need(fsync(file) == 0 && close(file) == 0, "fsync");
  tell("sequential", start);
  need(unlink(path) == 0, "unlink");
}

static void many_files(const char* folder, int count) {
  const int64_t start = now();
  for (int i = 0; i < count; i++) {
    const int file = open(in(folder, "file", i), O_WRONLY | O_CREAT | O_EXCL, 0600);
    need(file >= 0 && write(file, path, 100) == 100 && fsync(file) == 0 && close(file) == 0, "create");
  }
  for (int i = 0; i < count; i++) need(unlink(in(folder, "file", i)) == 0, "unlink");
  const int directory = open(folder, O_RDONLY | O_DIRECTORY);
  need(directory >= 0 && fsync(directory) == 0 && close(directory) == 0, "fsync of the folder");
  tell("files", start);
}

int main(int count, char** words) {
  if (count != 5) return 2;
  memset(piece, 'x', sizeof piece);
  synced_blocks(words[1], atoi(words[2]));
  sequential(words[1], atoi(words[3]));
  many_files(words[1], atoi(words[4]));
  return 0;
}
