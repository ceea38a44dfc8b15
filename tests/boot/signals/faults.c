// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Faults that have a handler: jumping away, again and again; mending and coming back; a stack that is used up.
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>

#include "check.h"
#include "parts.h"

static sigjmp_buf out;
static volatile int seen_code;
static void* volatile seen_address;
static char alternate[65536];

static void jump(int number, siginfo_t* information, void* context) {
  (void)context;
  seen_code = information->si_code;
  seen_address = information->si_addr;
  siglongjmp(out, number);
}

static void install(int number, void (*handler)(int, siginfo_t*, void*), int flags) {
  struct sigaction wanted = {0};
  wanted.sa_sigaction = handler;
  wanted.sa_flags = SA_SIGINFO | flags;
  sigemptyset(&wanted.sa_mask);
  CHECK(sigaction(number, &wanted, NULL) == 0);
}

static volatile double kept = 1.5;

static int* volatile place = (int*)8;
static int good = 5;

/// Mends what it was that pointed nowhere: the handler changes the register that the instruction takes.
static void mend(int number, siginfo_t* information, void* context) {
  (void)number;
  seen_address = information->si_addr;
  ucontext_t* interrupted = context;
  for (unsigned i = 0; i < sizeof interrupted->uc_mcontext.gregs / sizeof interrupted->uc_mcontext.gregs[0]; i++) {
    if ((unsigned long)interrupted->uc_mcontext.gregs[i] == 8)
      *(unsigned long*)&interrupted->uc_mcontext.gregs[i] = (unsigned long)&good;
  }
  kept += 1;  // uses vector registers, which come back as they were
}

__attribute__((noinline)) static int deep(int depth) {
  volatile char room[4096];
  room[0] = (char)depth;
  return depth > 1000000 ? 0 : deep(depth + 1) + room[0];
}

__attribute__((noinline)) static int steps(int depth) {
  volatile char room[512];
  room[0] = (char)depth;
  return depth > 10000000 ? 0 : steps(depth + 1) + room[0];
}

/// A thread's stack ends at a page that can't be written.
static void* overflow(void* nothing) {
  static char room[65536];
  stack_t stack = {0};
  stack.ss_sp = room;
  stack.ss_size = sizeof room;
  CHECK(sigaltstack(&stack, NULL) == 0);
  const int came = sigsetjmp(out, 1);
  if (came == 0) steps(0);
  CHECK(came == SIGSEGV && seen_code == SEGV_ACCERR);
  return nothing;
}

void faults(void) {
  install(SIGSEGV, jump, 0);
  install(SIGFPE, jump, 0);
  install(SIGILL, jump, 0);
  for (int round = 0; round < 3; round++) {
    const int came = sigsetjmp(out, 1);
    if (came == 0) *(volatile int*)0x18ul = 1;
    CHECK(came == SIGSEGV && seen_address == (void*)0x18ul && seen_code == SEGV_MAPERR);
  }
  volatile int zero = 0, quotient = 7;
  int came = sigsetjmp(out, 1);
  if (came == 0) quotient /= zero;
  CHECK(came == SIGFPE && seen_code == FPE_INTDIV);
  came = sigsetjmp(out, 1);
  if (came == 0) __builtin_trap();
  CHECK(came == SIGILL);

  install(SIGSEGV, mend, 0);
  double factor = kept;
  const int got = *place;
  CHECK(got == 5 && seen_address == (void*)8 && kept == 2.5 && factor == 1.5);

  // Main's stack ends at a page that isn't there: only the alternate stack has room for the handler.
  stack_t stack = {0};
  stack.ss_sp = alternate;
  stack.ss_size = sizeof alternate;
  CHECK(sigaltstack(&stack, NULL) == 0);
  install(SIGSEGV, jump, SA_ONSTACK);
  came = sigsetjmp(out, 1);
  if (came == 0) deep(0);
  CHECK(came == SIGSEGV);
  for (int i = 0; i < 2; i++) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, overflow, NULL) == 0 && pthread_join(thread, NULL) == 0);
  }
  CHECK(signal(SIGSEGV, SIG_DFL) != SIG_ERR);
}
