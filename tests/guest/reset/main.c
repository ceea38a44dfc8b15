// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wick/checkpoint.h>

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

// Arguments: MiB to be written, number of falls.
int main(int count, char** words) {
  const size_t bytes = count > 1 ? (size_t)atoi(words[1]) << 20 : 0;
  const int falls = count > 2 ? atoi(words[2]) : 1;
  char* const memory = malloc(bytes + 1);
  const long long life = wick_checkpoint();
  printf("back %lld\n", now());
  if (!memory || life < 0 || life >= falls) return life < 0;
  memset(memory, (int)life + 1, bytes);
  printf("falls %lld %d\n", now(), memory[bytes / 2]);
  fflush(stdout);
  *(volatile char*)(size_t)16 = 0;
  return 1;
}
