// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The signal mask that a jump takes along.

#include <setjmp.h>
#include <signal.h>

extern "C" {

void wick_remember_mask(sigjmp_buf at, int with_mask) {
  at->masked = with_mask;
  if (with_mask) (void)pthread_sigmask(SIG_BLOCK, nullptr, &at->mask);
}

void siglongjmp(sigjmp_buf to, int value) {
  if (to->masked) (void)pthread_sigmask(SIG_SETMASK, &to->mask, nullptr);
  longjmp(to->registers, value);
}

}  // extern "C"
