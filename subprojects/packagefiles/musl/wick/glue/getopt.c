/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * getopt() that finds options behind other arguments, as programs written for Linux expect: by musl's getopt_long(),
 * which moves those to the end. With POSIXLY_CORRECT or a '+' in front it stops at the first, as POSIX has it.
 */
#undef getopt
#include <getopt.h>
#include <stdlib.h>

int wick_plain_getopt(int count, char* const values[], const char* options);

int getopt(int count, char* const values[], const char* options) {
  if (options[0] == '+' || getenv("POSIXLY_CORRECT")) return wick_plain_getopt(count, values, options);
  return getopt_long(count, values, options, NULL, NULL);
}
