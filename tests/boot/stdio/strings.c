// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What looks through texts, beside what must come out: every length up to some words, at each place of a word, between
// bytes that would answer as well where one before or behind the text was taken for one of it.

#include <stddef.h>

#include "check.h"

enum { kLongest = 40, kShifts = 16, kBehind = 24 };
static char left[kShifts + kLongest + kBehind], right[kShifts + kLongest + kBehind];
// The compiler puts nothing of its own in their place.
static size_t (*volatile length_of)(const char*) = strlen;
static size_t (*volatile bounded_length)(const char*, size_t) = strnlen;
static char* (*volatile find)(const char*, int) = strchr;
static char* (*volatile find_last)(const char*, int) = strrchr;
static void* (*volatile find_byte)(const void*, int, size_t) = memchr;
static size_t (*volatile span)(const char*, const char*) = strspn;
static size_t (*volatile span_of_others)(const char*, const char*) = strcspn;
static char* (*volatile find_any)(const char*, const char*) = strpbrk;
static int (*volatile compare)(const char*, const char*) = strcmp;
static int (*volatile compare_some)(const char*, const char*, size_t) = strncmp;
static char* (*volatile find_text)(const char*, const char*) = strstr;
static char* (*volatile copy)(char*, const char*) = stpcpy;

/// A text of 'a', 'b' and 'c', and '!' around it.
static char* text(char* room, int shift, int length) {
  memset(room, '!', kShifts + kLongest + kBehind);
  for (int i = 0; i < length; i++) room[shift + i] = (char)('a' + i % 3);
  room[shift + length] = '\0';
  return room + shift;
}

static void ends(const char* from, int length) {
  CHECK(length_of(from) == (size_t)length && find(from, '\0') == from + length);
  CHECK(!find(from, '!') && !find_last(from, '!') && !find_byte(from, '!', (size_t)length + 1) &&
        !find_any(from, "!?"));
  CHECK(span(from, "xcb!a") == (size_t)length && span_of_others(from, "xyz!") == (size_t)length);
  CHECK(!find_text(from, "!") && !find_text(from, "abcabx") && span(from, "") == 0 &&
        span_of_others(from, "") == (size_t)length);
  for (int bound = 0; bound <= length + 1; bound++) {
    CHECK(bounded_length(from, (size_t)bound) == (size_t)(bound < length ? bound : length));
  }
}

/// One byte is like no other, with or without its highest bit.
static void places(char* from, int length, int at, char odd) {
  const char before = from[at];
  const char any[] = {'?', odd, '\0'};
  const char tail[] = {odd, at + 1 < length ? from[at + 1] : '\0', '\0'};
  from[at] = odd;
  CHECK(find(from, odd) == from + at && find_last(from, odd) == from + at && find_any(from, any) == from + at);
  CHECK(find_byte(from, odd, (size_t)length) == from + at && !find_byte(from, odd, (size_t)at));
  CHECK(span(from, "cab") == (size_t)at && span_of_others(from, any) == (size_t)at &&
        find_text(from, tail) == from + at);
  from[at] = before;
}

static void comparisons(int shift, int length) {
  char* a = text(left, shift, length);
  char* b = text(right, (shift * 5 + 3) % kShifts, length);
  CHECK(compare(a, b) == 0 && compare_some(a, b, (size_t)length + 9) == 0);
  for (int at = 0; at < length; at += 3) {
    b[at] = (char)(b[at] | 0x80);
    CHECK(compare(a, b) < 0 && compare(b, a) > 0 && compare_some(a, b, (size_t)length) < 0 &&
          compare_some(a, b, (size_t)at) == 0);
    b[at] = (char)(b[at] & 0x7f);
  }
  memset(b, '!', (size_t)length + 1);
  CHECK(copy(b, a) == b + length && compare(a, b) == 0 && b[length + 1] == '!');
}

void strings(void) {
  for (int shift = 0; shift < kShifts; shift++) {
    for (int length = 0; length <= kLongest; length++) {
      char* from = text(left, shift, length);
      ends(from, length);
      for (int at = 0; at < length; at++) {
        places(from, length, at, '~');
        places(from, length, at, '\xe1');
      }
      comparisons(shift, length);
    }
  }
  // Every character but the one that ends a text can stand in a set.
  char all[256];
  for (int i = 0; i < 255; i++) all[i] = (char)(i + 1);
  all[255] = '\0';
  CHECK(span(all, all) == 255);
  for (int i = 0; i < 255; i++) CHECK(span_of_others(all, (char[]){all[i], '\0'}) == (size_t)i);
}
