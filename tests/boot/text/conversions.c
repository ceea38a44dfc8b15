// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// iconv() between the encodings of Unicode and older ones.
#include <iconv.h>

#include "check.h"
#include "parts.h"

static char to[64];
static size_t made;

/// @return what iconv() does; what came of it is in `to`
static size_t convert(const char* into, const char* from, const char* text, size_t bytes) {
  const iconv_t converter = iconv_open(into, from);
  CHECK(converter != (iconv_t)-1);
  char *in = (char*)text, *out = to;
  size_t room = sizeof to;
  const size_t answer = iconv(converter, &in, &bytes, &out, &room);
  made = sizeof to - room;
  const int error = errno;
  CHECK(iconv_close(converter) == 0);
  errno = error;
  return answer;
}

static int is(const char* expected, size_t bytes) { return made == bytes && memcmp(to, expected, bytes) == 0; }

void conversions(void) {
  const char text[] = "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";
  CHECK(convert("UTF-16BE", "UTF-8", text, 9) == 0 && is("\x00\xe4\x20\xac\xd8\x3d\xde\x00", 8));
  CHECK(convert("UTF-16LE", "UTF-8", text, 9) == 0 && is("\xe4\x00\xac\x20\x3d\xd8\x00\xde", 8));
  CHECK(convert("UTF-8", "UTF-16LE", "\xe4\x00\xac\x20\x3d\xd8\x00\xde", 8) == 0 && is(text, 9));
  CHECK(convert("UTF-32BE", "utf8", text, 5) == 0 && is("\x00\x00\x00\xe4\x00\x00\x20\xac", 8));
  CHECK(convert("UTF-8", "UTF-32LE", "\x00\xf6\x01\x00", 4) == 0 && is("\xf0\x9f\x98\x80", 4));
  CHECK(convert("UTF-8", "ISO-8859-1", "a\xe4", 2) == 0 && is("a\xc3\xa4", 3));
  CHECK(convert("LATIN1", "UTF-8", "a\xc3\xa4", 3) == 0 && is("a\xe4", 2));
  CHECK(convert("UTF-8", "US-ASCII", "abc", 3) == 0 && is("abc", 3));
  CHECK(convert("UTF-8", "UTF-16", "\xff\xfe\xe4\x00", 4) == 0 && is("\xc3\xa4", 2));
  CHECK(convert("UTF-8", "UTF-16", "\xfe\xff\x00\xe4", 4) == 0 && is("\xc3\xa4", 2));
  CHECK(convert("UTF-8", "WINDOWS-1252", "\x80", 1) == 0 && is("\xe2\x82\xac", 3));
  CHECK(convert("UTF-8", "SHIFT_JIS", "\x93\xfa", 2) == 0 && is("\xe6\x97\xa5", 3));
  CHECK(convert("UTF-8", "EUC-KR", "\xb0\xa1", 2) == 0 && is("\xea\xb0\x80", 3));
  // Behind the last row of EUC-KR stands nothing that could be written.
  CHECK(convert("UTF-8", "EUC-KR", "\xc8\x41", 2) == (size_t)-1 && errno == EILSEQ && made == 0);
  CHECK(convert("UTF-8", "UTF-8", "\xff", 1) == (size_t)-1 && errno == EILSEQ);
  CHECK(convert("UTF-16BE", "UTF-8", "a\xe2\x82", 3) == (size_t)-1 && errno == EINVAL &&
        is("\x00"
           "a",
           2));
  char *in = (char*)text, *out = to;
  size_t bytes = 9, room = 3;
  const iconv_t narrow = iconv_open("UTF-16BE", "UTF-8");
  CHECK(iconv(narrow, &in, &bytes, &out, &room) == (size_t)-1 && errno == E2BIG && bytes == 7 && room == 1);
  CHECK(iconv(narrow, NULL, NULL, NULL, NULL) == 0 && iconv_close(narrow) == 0);
  CHECK(iconv_open("UTF-8", "KLINGON") == (iconv_t)-1 && errno == EINVAL);
}
