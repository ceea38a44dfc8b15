// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "check.h"

// Together 48 MiB, in blocks of many sizes.
enum { kBlocks = 96, kBytes = 512 * 1024 };
static unsigned char* blocks[kBlocks];

static size_t size_of(int i) { return kBytes + (i % 2 ? 1 : -1) * (i / 2) * 4096; }

static void fill(int seed) {
  for (int i = 0; i < kBlocks; i++) {
    CHECK(blocks[i] = malloc(size_of(i)));
    memset(blocks[i], seed + i, size_of(i));
  }
}

static void verify(int seed) {
  for (int i = 0; i < kBlocks; i++)
    for (size_t at = 0; at < size_of(i); at++) CHECK(blocks[i][at] == (unsigned char)(seed + i));
}

static void drop(void) {
  for (int i = 0; i < kBlocks; i++) free(blocks[i]);
}

// Says how far it is; whoever looks from outside has `seconds` for it.
static void stage(const char* name, unsigned seconds) {
  puts(name);
  sleep(seconds);
}

int main(void) {
  stage("ready", 1);
  for (int round = 0; round < 2; round++) {
    fill(round);
    stage(round ? "filled again" : "filled", 1);
    verify(round);
    // Memory that is wanted again at once isn't given back.
    for (int i = 0; i < 5; i++) {
      drop();
      fill(round + i);
      verify(round + i);
    }
    drop();
    stage(round ? "free again" : "free", 2);
  }
  return success();
}
