// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Wide characters in C.UTF-8, one by one.
#include <limits.h>
#include <stdlib.h>
#include <uchar.h>
#include <wchar.h>
#include <wctype.h>

#include "check.h"
#include "parts.h"

void wide_characters(void) {
  const char text[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80";  // a, an umlaut, the euro sign, a face
  wchar_t wide[8];
  CHECK(mbstowcs(wide, text, 8) == 4 && wide[0] == L'a' && wide[1] == 0xe4 && wide[2] == 0x20ac && wide[3] == 0x1f600);
  char back[16];
  CHECK(wcstombs(back, wide, sizeof back) == 10 && strcmp(back, text) == 0);

  // A character in two pieces, and bytes that aren't one.
  mbstate_t state = {0};
  wchar_t one = 0;
  CHECK(mbrtowc(&one, "\xe2\x82", 2, &state) == (size_t)-2 && !mbsinit(&state));
  CHECK(mbrtowc(&one, "\xac", 1, &state) == 1 && one == 0x20ac && mbsinit(&state));
  errno = 0;
  CHECK(mbrtowc(&one, "\xff", 1, &state) == (size_t)-1 && errno == EILSEQ);
  memset(&state, 0, sizeof state);
  CHECK(mbrtowc(&one, "\xc0\x80", 2, &state) == (size_t)-1);  // longer than it has to be
  memset(&state, 0, sizeof state);
  CHECK(mbrtowc(&one, "\xed\xa0\x80", 3, &state) == (size_t)-1);  // a surrogate
  char bytes[MB_LEN_MAX];
  CHECK(wcrtomb(bytes, 0x1f600, NULL) == 4 && memcmp(bytes, "\xf0\x9f\x98\x80", 4) == 0);
  CHECK(wcrtomb(bytes, 0xd800, NULL) == (size_t)-1 && mblen("\xc3\xa4", 2) == 2 && btowc(0xc3) == WEOF &&
        wctob('x') == 'x');
  char16_t half = 0;
  memset(&state, 0, sizeof state);
  CHECK(mbrtoc16(&half, "\xf0\x9f\x98\x80", 4, &state) == 4 && half == 0xd83d);
  CHECK(mbrtoc16(&half, "", 1, &state) == (size_t)-3 && half == 0xde00);

  CHECK(towupper(0xe4) == 0xc4 && towlower(0x416) == 0x436 && towupper(L'z') == L'Z' && towupper(0x20ac) == 0x20ac);
  CHECK(iswalpha(0xe4) && iswalpha(0x4e2d) && !iswalpha(0x20ac) && iswpunct(0x20ac) && iswupper(0x416) &&
        iswlower(0x3c9));
  CHECK(iswspace(0x2003) && !iswspace(0xa0) && iswdigit(L'7') && !iswdigit(0x663) && iswprint(0x1f600) &&
        iswcntrl(0x7f));
  CHECK(iswctype(0xe4, wctype("alpha")) && towctrans(0xe4, wctrans("toupper")) == 0xc4 && wctype("nothing") == 0);
  CHECK(wcwidth(L'a') == 1 && wcwidth(0x4e2d) == 2 && wcwidth(0x301) == 0 && wcwidth(7) == -1);
  CHECK(wcswidth(L"a\x4e2d", 2) == 3);

  CHECK(wcscmp(wcschr(wide, 0x20ac), wide + 2) == 0 && wcslen(wide) == 4 && wcscoll(L"a", L"b") < 0);
  wchar_t* end = NULL;
  CHECK(wcstol(L"-0x1fz", &end, 16) == -31 && *end == L'z' && wcstod(L"2.5e1,", &end) == 25.0 && *end == L',');
  wchar_t line[32];
  CHECK(swprintf(line, 32, L"%ls %s %d", L"\x20ac", "\xc3\xa4", 5) == 5 && wcscmp(line, L"\x20ac \xe4 5") == 0);
}
