// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// memcpy, memmove, memset and memcmp, byte for byte beside loops that do the same: all lengths in which they work in
// another way, ends at all places of a word, overlaps from both sides.

#include <stddef.h>

#include "check.h"

enum { kRoom = 1024, kLongest = 330 };
static volatile unsigned char wanted[kRoom];
static unsigned char got[kRoom];
// The compiler puts nothing of its own in their place.
static void* (*volatile copy)(void*, const void*, size_t) = memcpy;
static void* (*volatile move)(void*, const void*, size_t) = memmove;
static void* (*volatile set)(void*, int, size_t) = memset;
static int (*volatile compare)(const void*, const void*, size_t) = memcmp;

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

/// Equal but for one byte, which decides by its value without a sign, wherever it stands, and not where it is left out.
static void one_compare(int left, int right, int length) {
  for (int i = 0; i < length; i++) got[left + i] = got[right + i] = (unsigned char)(i * 31);
  CHECK(compare(got + left, got + right, (size_t)length) == 0);
  for (int at = 0; at < length; at += 1 + length / 9) {
    const unsigned char same = got[right + at];
    got[right + at] = (unsigned char)(same ^ 0x80);
    const int order = compare(got + left, got + right, (size_t)length);
    CHECK(same < 0x80 ? order < 0 : order > 0);
    CHECK(compare(got + left, got + right, (size_t)at) == 0);
    got[right + at] = same;
  }
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
    one_compare(3 + shift, 500, length);
  }
}
