/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/*
 * What musl's stream locks need of a thread: a number to own them by, the list of streams it has locked itself, and how
 * to wait. Waiting is the library OS's (libos/posix/stream_locks.cpp).
 */
#include <stdio.h>

struct __pthread {
  int tid;
  FILE* stdio_locks;
};
typedef struct __pthread* wick_stream_thread;
#define pthread_t wick_stream_thread

hidden struct __pthread* __pthread_self(void);

void wick_stream_wait(const volatile int* word, int value);
void wick_stream_wake(void);
#define __futexwait(word, value, private) wick_stream_wait(word, value)
#define __wake(word, count, private) wick_stream_wake()

static inline int a_cas(volatile int* word, int old, int fresh) {
  __atomic_compare_exchange_n(word, &old, fresh, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return old;
}
static inline int a_swap(volatile int* word, int value) { return __atomic_exchange_n(word, value, __ATOMIC_SEQ_CST); }
static inline void a_store(volatile int* word, int value) { __atomic_store_n(word, value, __ATOMIC_SEQ_CST); }
