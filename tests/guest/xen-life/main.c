// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A thread writes to the disk and reads back, all the time unless the argument is "quiet"; another sleeps, short naps
// one after the other. Whoever connects reads one line of how things are, behind a write to the disk of its own. To end
// in order and without a failure is SUCCESS.

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <wick/checkpoint.h>

#include "check.h"

enum { kBlock = 65536, kRegion = 1 << 20, kLine = 512, kNap = 20000000, kLate = 2000000000 };

static int disk;
static unsigned long written, naps;

static int64_t now(clockid_t clock) {
  struct timespec time;
  CHECK(clock_gettime(clock, &time) == 0);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void put_and_get(off_t at, size_t bytes, unsigned seed) {
  unsigned char *out = malloc(bytes), *in = calloc(1, bytes);
  for (size_t i = 0; i < bytes; i++) out[i] = (unsigned char)(i * 31 + seed + i / 251);
  CHECK(pwrite(disk, out, bytes, at) == (ssize_t)bytes && fsync(disk) == 0);
  CHECK(pread(disk, in, bytes, at) == (ssize_t)bytes && !memcmp(out, in, bytes));
  free(out);
  free(in);
}

static void* keep_disk_busy(void* nothing) {
  for (unsigned round = 1;; round++) {
    put_and_get(round % 16 * kBlock, kBlock, round);
    written++;
    usleep(2000);
  }
  return nothing;
}

static void* nap(void* nothing) {
  for (int64_t before = now(CLOCK_MONOTONIC);; naps++) {
    nanosleep(&(struct timespec){0, kNap}, NULL);
    const int64_t after = now(CLOCK_MONOTONIC);
    CHECK(after - before >= kNap && after - before < kLate);
    before = after;
  }
  return nothing;
}

static void end(void) { success(); }

int main(int count, char** words) {
  pthread_t thread;
  CHECK((disk = open("/dev/data", O_RDWR)) >= 0);
  if (count < 2 || strcmp(words[1], "quiet")) CHECK(pthread_create(&thread, 0, keep_disk_busy, 0) == 0);
  CHECK(pthread_create(&thread, 0, nap, 0) == 0);
  const struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(7)};
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(bind(listener, (const struct sockaddr*)&address, sizeof(address)) == 0 && listen(listener, 5) == 0);
  atexit(end);
  for (unsigned served = 1;; served++) {
    const int client = accept(listener, NULL, NULL);
    CHECK(client >= 0);
    put_and_get(kRegion + served % 64 * kLine, kLine, served);
    char line[200];
    const int length =
        snprintf(line, sizeof(line), "date %lld up %lld life %u random %08x written %lu naps %lu served %u\n",
                 (long long)(now(CLOCK_REALTIME) / 1000000000), (long long)(now(CLOCK_MONOTONIC) / 1000000),
                 wick_life(), arc4random(), written, naps, served);
    CHECK(write(client, line, (size_t)length) == length && close(client) == 0);
  }
}
