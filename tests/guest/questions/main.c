// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What a monitor is asked about. With "threads" one of two waits deep within its stack; with "spin" nobody makes a call
// any more. Otherwise the word says what all that the guest keeps of its threads becomes before that: a monitor that is
// asked for them finds a "circle", addresses that are "wild", or the "edge" of memory.
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

extern uint64_t wick_vcpus[];
enum { kWords = 64, kDepth = 24 };

static sem_t never, deep;

__attribute__((noinline)) int dig(int depth) {
  volatile char room[1024];
  memset((void*)room, depth, sizeof room);
  if (depth) return dig(depth - 1) + room[depth];
  sem_post(&deep);
  sem_wait(&never);
  return room[0];
}

static void* begin(void* unused) {
  (void)unused;
  dig(kDepth);
  return 0;
}

__attribute__((noinline)) void spin(void) {
  for (;;) asm volatile("");
}

int main(int count, char** words) {
  const char* what = count > 1 ? words[1] : "";
  setvbuf(stdout, NULL, _IOLBF, 0);
  printf("dig %p spin %p\n", (void*)dig, (void*)spin);
  if (!strcmp(what, "threads")) {
    pthread_t digger;
    sem_init(&never, 0, 0);
    sem_init(&deep, 0, 0);
    pthread_create(&digger, 0, begin, 0);
    pthread_setname_np(digger, "dig\nger");
    sem_wait(&deep);
    puts("ready");
    pthread_join(digger, 0);
    return 1;
  }
  puts("ready");
  const uint64_t word = !strcmp(what, "circle") ? (uintptr_t)wick_vcpus : !strcmp(what, "edge") ? (4 << 20) - 4 : ~7ull;
  for (int i = 0; strcmp(what, "spin") && i < kWords; ++i) wick_vcpus[i] = word;
  spin();
}
