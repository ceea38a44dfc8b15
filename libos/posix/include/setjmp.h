// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// picolibc's jumps, and POSIX's, which may take the signal mask along.

#include_next <setjmp.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  jmp_buf registers;
  unsigned long mask;
  int masked;
} sigjmp_buf[1];

void wick_remember_mask(sigjmp_buf at, int with_mask);
__attribute__((__noreturn__)) void siglongjmp(sigjmp_buf to, int value);

/* A macro, as POSIX allows: setjmp() has to be called by the function that is come back to. */
#define sigsetjmp(at, with_mask) (wick_remember_mask(at, with_mask), setjmp((at)->registers))
#define _setjmp(at) setjmp(at)
#define _longjmp(to, value) longjmp(to, value)

#ifdef __cplusplus
}
#endif
