// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <unistd.h>

#include "check.h"

static FILE* data;

static void put(long at, const char* text) { CHECK(fseek(data, at, SEEK_SET) == 0 && fputs(text, data) >= 0); }

static void at_end(void) { printf("atexit's line, not flushed\n"); }

static void* outlive(void* unused) {
  usleep(5000);
  put(5000, "THREAD-WROTE-THIS");
  printf("the last thread's line, not flushed\n");
  return unused;
}

int main(void) {
  static char console[8192];
  pthread_t thread;
  CHECK(setvbuf(stdout, console, _IOFBF, sizeof(console)) == 0 && atexit(at_end) == 0);
  data = fopen("/dev/data", "r+");
  CHECK(data);
  put(100, "MAIN-WROTE-THIS");
  printf("main's line, not flushed\n");
  CHECK(pthread_create(&thread, 0, outlive, 0) == 0);
  pthread_exit(0);
}
