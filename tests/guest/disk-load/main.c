// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// main MIB READS [READERS]: what reading the volume "data" costs, as nanoseconds for each of two loads: so many MiB in
// sequence, and so many blocks of 4 KiB anywhere in its first 16 MiB, by so many threads at once, else by one. Counters
// of instructions look for the addresses of `load_begins` and `load_ends`.

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { kBlock = 4096, kPiece = 1 << 20, kSpread = 4096, kMostReaders = 32, kStack = 16384 };

_Alignas(kBlock) static char piece[kPiece];
static int file, blocks;
static atomic_int next_block;

__attribute__((noinline)) void load_begins(void) { __asm__ volatile("nop" ::: "memory"); }
__attribute__((noinline)) void load_ends(void) { __asm__ volatile("nop" ::: "memory"); }

static void read_all(char* to, size_t bytes, off_t offset) {
  if (pread(file, to, bytes, offset) == (ssize_t)bytes) return;
  perror("pread");
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void* read_blocks(void* to) {
  for (int i; (i = next_block++) < blocks;) read_all(to, kBlock, (off_t)(i * 2654435761u % kSpread) * kBlock);
  return NULL;
}

static void start(pthread_t* thread, char* to) {
  pthread_attr_t how;
  pthread_attr_init(&how);
  pthread_attr_setstacksize(&how, kStack);
  if (pthread_create(thread, &how, read_blocks, to) == 0) return;
  fputs("no room for a thread\n", stderr);
  exit(1);
}

static void read_anywhere(int readers) {
  pthread_t threads[kMostReaders];
  for (int i = 1; i < readers; i++) start(&threads[i], piece + i * kBlock);
  read_blocks(piece);
  for (int i = 1; i < readers; i++) pthread_join(threads[i], NULL);
}

int main(int count, char** arguments) {
  if (count != 3 && count != 4) return 2;
  const int pieces = atoi(arguments[1]), readers = count == 4 ? atoi(arguments[3]) : 1;
  blocks = atoi(arguments[2]);
  file = open("/dev/data", O_RDONLY);
  if (file < 0) return perror("/dev/data"), 1;
  if (readers < 1 || readers > kMostReaders) return 2;
  int64_t start = now();
  load_begins();
  for (int i = 0; i < pieces; i++) read_all(piece, kPiece, (off_t)i * kPiece);
  printf("sequential %lld\n", (long long)(now() - start));
  start = now();
  read_anywhere(readers);
  load_ends();
  printf("random %lld\n", (long long)(now() - start));
  return 0;
}
