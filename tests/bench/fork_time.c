// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What the kernel takes for fork() of a process that has written so many MiB, in nanoseconds, one a line: the least
// that a snapshot of as much memory can keep its guest waiting for.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

int main(int count, char** words) {
  if (count != 3) return 2;
  const size_t bytes = strtoul(words[1], NULL, 10) << 20;
  void* memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 1;
  memset(memory, 1, bytes);
  for (long times = strtol(words[2], NULL, 10); times > 0; --times) {
    const long long before = now();
    const pid_t child = fork();
    if (child == 0) _exit(0);
    const long long after = now();
    if (child < 0 || waitpid(child, NULL, 0) != child) return 1;
    printf("%lld\n", after - before);
  }
  return 0;
}
