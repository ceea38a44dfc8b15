// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// memcpy, memmove and memset, byte for byte beside loops that do the same: all lengths in which they work in another
// way, ends at all places of a word, overlaps from both sides.

#include <stddef.h>

#include "check.h"

enum { kRoom = 1024, kLongest = 330 };
static volatile unsigned char wanted[kRoom];
static unsigned char got[kRoom];
// The compiler puts nothing of its own in their place.
static void* (*volatile copy)(void*, const void*, size_t) = memcpy;
static void* (*volatile move)(void*, const void*, size_t) = memmove;
static void* (*volatile set)(void*, int, size_t) = memset;

static void fill(unsigned seed) {
  for (int i = 0; i < kRoom; i++) wanted[i] = got[i] = (unsigned char)((i + seed) * 167 >> 3);
}

static int alike(void) {
  for (int i = 0; i < kRoom; i++) {
    if (wanted[i] != got[i]) return 0;
  }
  return 1;
}

static void one_move(int to, int from, int length) {
  if (to < from) {
    for (int i = 0; i < length; i++) wanted[to + i] = wanted[from + i];
  } else {
    for (int i = length; i-- > 0;) wanted[to + i] = wanted[from + i];
  }
  CHECK(move(got + to, got + from, (size_t)length) == got + to && alike());
}

void copies(void) {
  for (int length = 0; length <= kLongest; length++) {
    const int shift = length % 17;
    fill((unsigned)length);
    for (int i = 0; i < length; i++) wanted[500 + shift + i] = wanted[7 + i];
    CHECK(copy(got + 500 + shift, got + 7, (size_t)length) == got + 500 + shift && alike());
    one_move(300 + shift, 290, length);
    one_move(300 - shift, 300, length);
    one_move(301, 300, length);
    one_move(300 + length - length / 3, 300, length);
    for (int i = 0; i < length; i++) wanted[100 + shift + i] = (unsigned char)(0x180 + length);
    CHECK(set(got + 100 + shift, 0x180 + length, (size_t)length) == got + 100 + shift && alike());
  }
}
