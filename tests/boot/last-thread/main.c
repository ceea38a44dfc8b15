// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <unistd.h>

#include "check.h"

static void last(void) { puts("atexit ran"); }

static void* outlive(void* first) {
  usleep(5000);
  CHECK(pthread_join(*(pthread_t*)first, 0) == 0);
  success();
  return 0;
}

int main(void) {
  static pthread_t first;
  first = pthread_self();
  pthread_t other;
  CHECK(atexit(last) == 0);
  CHECK(pthread_create(&other, 0, outlive, &first) == 0 && pthread_detach(other) == 0);
  pthread_exit(0);
}
