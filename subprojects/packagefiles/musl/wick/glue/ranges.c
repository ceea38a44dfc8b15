/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A number out of a text that nothing ends but a pointer, as C++'s from_chars() has it: handed to musl's reader in
 * pieces, whatever its length. The reader may write in front of a piece, so that each is copied.
 */
#include <string.h>

#include "floatscan.h"
#include "shgetc.h"
#include "stdio_impl.h"

struct range {
  const char *first, *last;
};

/* Asked for one byte at a time, behind which more may lie ready. */
static size_t next_piece(FILE* f, unsigned char* byte, size_t bytes) {
  struct range* rest = f->cookie;
  const size_t left = rest->last - rest->first;
  const size_t length = left < f->buf_size ? left : f->buf_size;
  memcpy(f->buf, rest->first, length);
  rest->first += length;
  f->rpos = f->buf;
  f->rend = f->buf + length;
  if (!length || !bytes) return 0;
  *byte = *f->rpos++;
  return 1;
}

/* The prefix is "0x" or nothing; precision is that of __floatscan(). */
long double wick_scan_number(const char* prefix, const char* first, const char* last, int precision) {
  unsigned char piece[64];
  struct range rest = {first, last};
  FILE f = {.buf = piece + UNGET, .buf_size = sizeof piece - UNGET, .lock = -1, .read = next_piece, .cookie = &rest};
  const size_t length = strlen(prefix);
  memcpy(f.buf, prefix, length);
  f.rpos = f.buf;
  f.rend = f.buf + length;
  shlim(&f, 0);
  return __floatscan(&f, precision, 0);
}
