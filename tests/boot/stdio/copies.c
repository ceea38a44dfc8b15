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
static int (*volatile compare)(const void*, const void*, size_t) = memcmp;
static size_t (*volatile length_of)(const char*) = strlen;

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

/// Ranges that are alike but for one byte, at each place.
static void compared(int length) {
  unsigned char *one = got + 1 + length % 5, *other = got + 500 + length % 7;
  set(one, 0x7f, (size_t)length + 1);
  set(other, 0x7f, (size_t)length + 1);
  other[length] = 0xff;  // behind the end
  CHECK(compare(one, other, (size_t)length) == 0);
  for (int at = 0; at < length; at++) {
    other[at] = 0x80;
    if (at + 1 < length) other[at + 1] = 0;  // counts only behind the first
    CHECK(compare(one, other, (size_t)length) < 0 && compare(other, one, (size_t)length) > 0);
    other[at] = 0x7f;
    if (at + 1 < length) other[at + 1] = 0x7f;
  }
}

static void measured(int length) {
  for (int shift = 0; shift < 17; shift++) {
    char* const text = (char*)got + 64 + shift;
    set(text, 0x80, (size_t)length);
    text[-1] = text[length] = 0;
    CHECK(length_of(text) == (size_t)length);
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
    compared(length);
    if (length < 70) measured(length);
  }
}
