/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* What musl's streams need of the rest of a C library, and the functions of <stdio.h> that this machine has no use for.
 */
#include <stdlib.h>

#include "stdio_impl.h"

hidden long __syscall_ret(unsigned long result) {
  if (result <= -4096UL) return (long)result;
  errno = (int)-result;
  return -1;
}

/* Six letters for the name of a file that nobody can guess. */
hidden char* __randname(char* to) {
  for (int i = 0; i < 6; i++) to[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef"[arc4random() & 31];
  return to;
}

/* There is no other program to talk to. */
FILE* popen(const char* command, const char* mode) {
  (void)command, (void)mode;
  errno = ENOSYS;
  return NULL;
}

int pclose(FILE* f) {
  (void)f;
  errno = ECHILD;
  return -1;
}
