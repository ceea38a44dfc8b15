// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See fake_disk.h.

#include "fake_disk.h"

#include <stdlib.h>
#include <string.h>

#include "../../apps/sqlite/volume/disk.h"
#include "wickdb/layout.h"

enum { kUnit = 512, kMostPending = 4096 };

struct write {
  uint64_t unit;
  uint8_t bytes[kUnit];
};

static uint8_t durable[kMost];
uint8_t seen[kMost];
static struct write pending[kMostPending];
static unsigned pending_count;
unsigned ready_for = ~0u;
uint64_t disk_bytes = 1 << 20;
int dead, lying;
uint64_t state = 1;
struct counts count;

uint32_t chance(uint32_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 20) % below;
}

static int step(void) {
  if (!dead && ready_for-- == 0) dead = 1;
  return dead ? -1 : 0;
}

int wick_disk_open(const char* path, int* read_only) {
  (void)path;
  *read_only = 0;
  return 1;
}
void wick_disk_close(int disk) { (void)disk; }
uint64_t wick_disk_bytes(int disk) { return (void)disk, disk_bytes; }
uint32_t wick_disk_block(int disk) { return (void)disk, kUnit; }

int wick_disk_read(int disk, void* to, size_t bytes, uint64_t at) {
  (void)disk;
  if (dead || at + bytes > disk_bytes) return -1;
  memcpy(to, seen + at, bytes);
  return 0;
}

int wick_disk_flush(int disk) {
  (void)disk;
  if (step() != 0) return -1;
  count.flushes++;
  if (lying && pending_count < kMostPending / 2) return 0;
  memcpy(durable, seen, sizeof seen);
  pending_count = 0;
  return 0;
}

int wick_disk_write(int disk, const void* from, size_t bytes, uint64_t at) {
  (void)disk;
  if (at % WICKDB_BLOCK || bytes % WICKDB_BLOCK || at + bytes > disk_bytes) abort();
  if (step() != 0 && chance(2)) return -1;  // else the write under way at the cut may arrive, too
  for (size_t i = 0; i < bytes; i += kUnit) {
    if (pending_count == kMostPending) abort();
    struct write* one = &pending[pending_count++];
    one->unit = (at + i) / kUnit;
    memcpy(one->bytes, (const uint8_t*)from + i, kUnit);
    count.units++;
  }
  memcpy(seen + at, from, bytes);
  return dead ? -1 : 0;
}

/// What the disk has when the power is back.
void cut(void) {
  count.cuts++;
  for (unsigned left = pending_count; left > 0; left--) {  // in any order
    const unsigned i = chance(left);
    const struct write one = pending[i];
    pending[i] = pending[left - 1];
    uint8_t* place = durable + one.unit * kUnit;
    switch (chance(4)) {
      case 0:
        break;
      case 1: {
        const unsigned half = chance(kUnit);
        const int first = (int)chance(2);
        memcpy(place + (first ? 0 : half), one.bytes + (first ? 0 : half), first ? half : kUnit - half);
        count.torn++;
        break;
      }
      default:
        memcpy(place, one.bytes, kUnit);
    }
  }
  memcpy(seen, durable, sizeof seen);
  pending_count = 0;
  dead = 0;
}

void forget_pending(void) {
  pending_count = 0;
  memcpy(seen, durable, sizeof seen);
}
