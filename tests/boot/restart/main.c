// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wick/crash.h>

#include "check.h"

enum { kBytes = 3 << 20, kLives = 3 };

static int data_variable = 1, bss_variable;
static char bss_page[3][4096] __attribute__((aligned(4096)));

__attribute__((noinline)) static void fall(volatile int* nowhere) { *nowhere = 1; }

static void check_record(void) {
  const int file = open("/dev/crash", O_RDONLY);
  if (wick_restarts() == 0) {
    CHECK(file == -1 && errno == ENOENT);
    return;
  }
  char record[5000];
  CHECK(read(file, record, sizeof record) == 4096);
  CHECK(memcmp(record, "WICK", 4) == 0);
  CHECK(read(file, record, sizeof record) == 0);
  CHECK(lseek(file, 4, SEEK_SET) == 4 && read(file, record, 2) == 2 && record[0] == 1);
  CHECK(write(file, "x", 1) == -1);
  struct stat found;
  CHECK(fstat(file, &found) == 0 && S_ISCHR(found.st_mode));
  close(file);
  CHECK(strcmp(wick_last_crash_cause(), wick_restarts() == 2 ? "panic" : "exception") == 0);
}

int main(void) {
  CHECK(data_variable == 1 && bss_variable == 0 && bss_page[1][7] == 0);
  char* heap = malloc(kBytes);
  for (int i = 0; i < kBytes; i += 64) CHECK(heap[i] == 0);  // never given out before: hv's to clear
  check_record();
  if (wick_restarts() == kLives) {
    puts("SUCCESS");
    return 0;
  }
  data_variable = bss_variable = 7;
  memset(bss_page, 7, sizeof bss_page);
  memset(heap, 7, kBytes);
  if (wick_restarts() == 1) abort();
  fall(NULL);
  return 1;
}
