// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Regular expressions and file patterns.
#include <fnmatch.h>
#include <regex.h>

#include "check.h"
#include "parts.h"

void patterns(void) {
  regex_t expression;
  regmatch_t found[3];
  CHECK(regcomp(&expression, "([a-z]+)-([0-9]{2,3})", REG_EXTENDED | REG_ICASE) == 0 && expression.re_nsub == 2);
  CHECK(regexec(&expression, "x1 Ab-123 ", 3, found, 0) == 0 && found[0].rm_so == 3 && found[0].rm_eo == 9);
  CHECK(found[1].rm_so == 3 && found[1].rm_eo == 5 && found[2].rm_so == 6 && found[2].rm_eo == 9);
  CHECK(regexec(&expression, "ab-1", 0, NULL, 0) == REG_NOMATCH);
  regfree(&expression);
  CHECK(regcomp(&expression, "^a\\(b*\\)\\1$", 0) == 0 && regexec(&expression, "abbbb", 0, NULL, 0) == 0);
  CHECK(regexec(&expression, "abbb", 0, NULL, 0) == REG_NOMATCH);
  regfree(&expression);
  CHECK(regcomp(&expression, "[[:digit:]]|(x|y)*z", REG_EXTENDED | REG_NOSUB) == 0 &&
        regexec(&expression, "xyxz", 0, NULL, 0) == 0);
  regfree(&expression);
  // A character is one, however many bytes it has: by a point, in brackets, in a class and whatever its case.
  CHECK(regcomp(&expression, "^.[\xc3\xa4-\xc3\xbc]([[:alpha:]]+)$", REG_EXTENDED | REG_ICASE) == 0);
  CHECK(regexec(&expression,
                "\xe2\x82\xac\xc3\xb6\xc3\x9f"
                "x",
                2, found, 0) == 0 &&
        found[1].rm_so == 5 && found[1].rm_eo == 8);
  CHECK(regexec(&expression,
                "\xe2\x82\xac\xc3\x96"
                "x",
                0, NULL, 0) == 0);
  CHECK(regexec(&expression,
                "\xe2\x82"
                "\xc3\xb6"
                "x",
                0, NULL, 0) == REG_NOMATCH);
  regfree(&expression);
  char text[64];
  const int wrong = regcomp(&expression, "(", REG_EXTENDED);
  CHECK(wrong == REG_EPAREN && regerror(wrong, &expression, text, sizeof text) > 1 && text[0]);
  CHECK(fnmatch("*.[ch]", "main.c", 0) == 0 && fnmatch("*", ".hidden", FNM_PERIOD) == FNM_NOMATCH);
  CHECK(fnmatch("a/*", "a/b/c", FNM_PATHNAME) == FNM_NOMATCH && fnmatch("\xc3\xa4?c",
                                                                        "\xc3\xa4\xc3\xb6"
                                                                        "c",
                                                                        0) == 0);
}
