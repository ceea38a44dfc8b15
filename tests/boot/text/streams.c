// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Wide characters through streams, UTF-8 outside.
#include <stdio.h>
#include <unistd.h>
#include <wchar.h>

#include "check.h"
#include "parts.h"

void wide_streams(void) {
  const char* path = "/tmp/wick-wide";
  FILE* file = fopen(path, "w");
  CHECK(file && fwide(file, 0) == 0 && fputwc(0x20ac, file) == 0x20ac && fputws(L"\xe4\n", file) >= 0 &&
        fwide(file, 0) > 0);
  CHECK(fwprintf(file, L"%lc%ls %d\n", (wint_t)0x4e2d, L"\x1f600", 12) == 6 && fclose(file) == 0);
  file = fopen(path, "r");
  char bytes[32] = {0};
  CHECK(file && fread(bytes, 1, sizeof bytes, file) == 17 && fclose(file) == 0);
  CHECK(memcmp(bytes, "\xe2\x82\xac\xc3\xa4\n\xe4\xb8\xad\xf0\x9f\x98\x80 12\n", 17) == 0);
  file = fopen(path, "r");
  wchar_t line[16];
  CHECK(file && fgetwc(file) == 0x20ac && ungetwc(0x20ac, file) == 0x20ac && fgetws(line, 16, file));
  CHECK(wcscmp(line, L"\x20ac\xe4\n") == 0);
  wchar_t word[8];
  int number = 0;
  CHECK(fwscanf(file, L"%7ls %d", word, &number) == 2 && number == 12 && word[1] == 0x1f600 && fgetwc(file) == L'\n');
  CHECK(fgetwc(file) == WEOF && feof(file) && fclose(file) == 0 && unlink(path) == 0);
}
