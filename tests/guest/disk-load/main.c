// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// main MIB READS: what reading the volume "data" costs, as nanoseconds for each of two loads: so many MiB in sequence,
// and so many blocks of 4 KiB anywhere in its first 16 MiB.

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { kBlock = 4096, kPiece = 1 << 20, kSpread = 4096 };

static char piece[kPiece];

static void read_all(int file, size_t bytes, off_t offset) {
  if (pread(file, piece, bytes, offset) == (ssize_t)bytes) return;
  perror("pread");
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const int file = open("/dev/data", O_RDONLY), pieces = atoi(arguments[1]), blocks = atoi(arguments[2]);
  if (file < 0) return perror("/dev/data"), 1;
  int64_t start = now();
  for (int i = 0; i < pieces; i++) read_all(file, kPiece, (off_t)i * kPiece);
  printf("sequential %lld\n", (long long)(now() - start));
  start = now();
  for (int i = 0; i < blocks; i++) read_all(file, kBlock, (off_t)(i * 2654435761u % kSpread) * kBlock);
  printf("random %lld\n", (long long)(now() - start));
  return 0;
}
