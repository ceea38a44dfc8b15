/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strerror() in musl's words, which are those of Linux, where picolibc's are of older systems ("Not owner"). The
 * numbers are picolibc's, and a number that is no error's is said as glibc says it. picolibc's strerror_r() and its kin
 * ask here too.
 */
#include <errno.h>
#include <locale.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Errors that picolibc has no number for stand behind its last one, where nobody asks for them. */
enum { kErrors = EKEYREVOKED + 1, EREMOTEIO = kErrors, EMEDIUMTYPE, ENOKEY };

static const struct {
#define E(number, text) char of_##number[sizeof(text)];
#include "../../src/errno/__strerror.h"
#undef E
} texts = {
#define E(number, text) text,
#include "../../src/errno/__strerror.h"
#undef E
};

static const unsigned short places[] = {
#define E(number, text) [number] = offsetof(__typeof(texts), of_##number),
#include "../../src/errno/__strerror.h"
#undef E
};

char* _strerror_r(int number, int internal, int* wrong) {
  static _Thread_local char sentence[32];
  (void)internal;
  const int known = number == EOPNOTSUPP ? ENOTSUP : number; /* on Linux they are one */
  if (known == 0 || (known > 0 && known < kErrors && places[known])) return (char*)&texts + places[known];
  if (wrong) *wrong = EINVAL;
  snprintf(sentence, sizeof sentence, "Unknown error %d", number);
  return sentence;
}

char* strerror(int number) { return _strerror_r(number, 0, NULL); }
char* strerror_l(int number, locale_t locale) {
  (void)locale; /* the words are English in each */
  return strerror(number);
}
