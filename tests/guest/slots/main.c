// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// test-slots NAME WORD...: does in turn what the words say, on the volume "data" what has to do with files. Its last
// MiB may hold the content of a slot, behind 8 bytes that say how long it is.

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wick/health.h>

enum { kRecord = 512, kUpdateAt = 3 << 20, kMostRecords = kUpdateAt / kRecord };

static char record[kRecord], piece[10000];

static int fail(const char* what) {
  printf("slots: %s: %s\n", what, strerror(errno));
  return 1;
}

static void fill(unsigned number) {
  memset(record, 'a' + (char)(number % 26), sizeof record);
  snprintf(record, sizeof record, "record %u", number);
}

/// Each is there before the next one is written, so the first one that isn't ends them.
static unsigned count_records(int volume) {
  unsigned low = 0, high = kMostRecords;
  char found[kRecord];
  while (low < high) {
    const unsigned middle = (low + high) / 2;
    fill(middle);
    if (pread(volume, found, sizeof found, (off_t)middle * kRecord) == kRecord && !memcmp(found, record, kRecord))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static int write_records(int volume, unsigned many) {
  const unsigned first = count_records(volume);
  printf("slots: holds %u\n", first);
  for (unsigned i = first; i < first + many && i < kMostRecords; i++) {
    fill(i);
    if (pwrite(volume, record, sizeof record, (off_t)i * kRecord) != kRecord || fsync(volume) != 0)
      return fail("records");
    printf("slots: acknowledged %u\n", i);
  }
  return 0;
}

/// The idle slot gets what the volume holds, in pieces of no particular size.
static int update(int volume) {
  uint64_t left, at = kUpdateAt + sizeof left;
  if (pread(volume, &left, sizeof left, kUpdateAt) != sizeof left) return fail("volume");
  const int slot = open("/dev/wick/slot", O_WRONLY);
  if (slot < 0) return fail("open");
  while (left) {
    const size_t count = left < sizeof piece ? left : sizeof piece;
    if (pread(volume, piece, count, (off_t)at) != (ssize_t)count) return fail("volume");
    if (write(slot, piece, count) != (ssize_t)count) return fail("write");
    at += count;
    left -= count;
  }
  if (fsync(slot) != 0) return fail("fsync");
  close(slot);
  printf("slots: updated\n");
  return 0;
}

int main(int argc, char** argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  printf("slots: this is %s\n", argc > 1 ? argv[1] : "nobody");
  const int volume = open("/dev/data", O_RDWR);
  if (volume < 0) return fail("volume");
  for (int i = 2; i < argc; i++) {
    const char* word = argv[i];
    int wrong = 0;
    if (!strcmp(word, "good"))
      wrong = wick_health() == 0 ? printf("slots: found good\n") < 0 : fail("health");
    else if (!strcmp(word, "update"))
      wrong = update(volume);
    else if (!strcmp(word, "crash"))
      abort();
    else if (!strcmp(word, "nap"))
      sleep(2);
    else
      wrong = write_records(volume, (unsigned)atoi(word));
    if (wrong) return 1;
  }
  printf("slots: done\n");
  return 0;
}
