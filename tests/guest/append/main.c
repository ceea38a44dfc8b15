// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { kRecord = 512, kDigits = 10 };

/// The number, over and over: half a record is seen as such.
static void fill(char* record, unsigned number) {
  memset(record, '\n', kRecord);
  for (int at = 0; at + kDigits <= kRecord; at += kDigits) {
    char digits[kDigits + 1];
    snprintf(digits, sizeof digits, "%010u", number);
    memcpy(record + at, digits, kDigits);
  }
}

static int is_there(int volume, unsigned number) {
  char expected[kRecord], found[kRecord];
  fill(expected, number);
  if (pread(volume, found, kRecord, (off_t)number * kRecord) != kRecord) exit(2);
  return memcmp(expected, found, kRecord) == 0;
}

int main(void) {
  const int volume = open("/dev/data", O_RDWR);
  struct stat about;
  if (volume < 0 || fstat(volume, &about)) return 3;
  const unsigned all = (unsigned)(about.st_size / kRecord);
  unsigned next = 0, above = all;  // records below `next` are there, the one at `above` is not
  while (next < above) {
    const unsigned middle = next + (above - next) / 2;
    if (is_there(volume, middle))
      next = middle + 1;
    else
      above = middle;
  }
  printf("append: from %u\n", next);
  fflush(stdout);
  for (; next < all; ++next) {
    char record[kRecord];
    fill(record, next);
    if (pwrite(volume, record, kRecord, (off_t)next * kRecord) != kRecord || fsync(volume)) return 4;
    printf("append: %u\n", next);
    fflush(stdout);
  }
  puts("append: full");
  return 0;
}
