/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* Locks of streams: who owns them, and from when on they are needed. */
#include "libc.h"
#include "lock.h"
#include "pthread_impl.h"
#include "stdio_impl.h"

hidden struct wick_libc __libc;

static _Thread_local struct __pthread self;
static int threads;

hidden struct __pthread* __pthread_self(void) {
  if (self.tid == 0) self.tid = __atomic_add_fetch(&threads, 1, __ATOMIC_RELAXED);
  return &self;
}

hidden void __do_orphaned_stdio_locks(void);

/* A thread has ended: nobody else can ever take the streams that it had locked by flockfile(), as POSIX has it. */
void wick_stdio_thread_ends(void) {
  if (self.stdio_locks) __do_orphaned_stdio_locks();
}

static void share(FILE* f) {
  if (f && f->lock < 0) f->lock = 0;
}

/* The program starts its second thread. */
void wick_stdio_is_shared(void) {
  if (__libc.threaded) return;
  for (FILE* f = *__ofl_lock(); f; f = f->next) share(f);
  __ofl_unlock();
  share(__stdin_used);
  share(__stdout_used);
  share(__stderr_used);
  __libc.threaded = 1;
}

hidden void __lock(volatile int* word) {
  while (a_swap(word, 1)) wick_stream_wait(word, 1);
}

hidden void __unlock(volatile int* word) {
  a_store(word, 0);
  if (__libc.threaded) wick_stream_wake();
}
