// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Handlers: their flags, masks, stacks, and jumps out of them.
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static volatile int seen, nested, deepest;
static volatile void* volatile at;
static sigjmp_buf out;

static void count(int number) { seen += number; }

static void again(int number) {
  nested++;
  if (nested > deepest) deepest = nested;
  if (nested < 3) raise(number);
  nested--;
}

static void where(int number) {
  (void)number;
  volatile int here = 0;
  at = &here;
  stack_t now;
  CHECK(sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_ONSTACK));
  CHECK(sigaltstack(&now, NULL) == -1 && errno == EPERM);
}

static void jump(int number) { siglongjmp(out, number); }

static void install(int number, void (*handler)(int), int flags) {
  struct sigaction wanted = {0};
  wanted.sa_handler = handler;
  wanted.sa_flags = flags;
  sigemptyset(&wanted.sa_mask);
  CHECK(sigaction(number, &wanted, NULL) == 0);
}

static sigset_t one(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  return set;
}

static void* thread(void* argument) {
  sigset_t now, *expected = argument;
  pthread_sigmask(SIG_BLOCK, NULL, &now);
  CHECK(sigismember(&now, SIGUSR2) == sigismember(expected, SIGUSR2));
  return NULL;
}

void handlers(void) {
  install(SIGUSR1, count, 0);
  errno = 77;
  CHECK(raise(SIGUSR1) == 0 && seen == SIGUSR1 && kill(getpid(), SIGUSR1) == 0 && seen == 2 * SIGUSR1);
  CHECK(pthread_kill(pthread_self(), SIGUSR1) == 0 && seen == 3 * SIGUSR1 && errno == 77);

  // A signal is blocked while its handler runs, unless that says otherwise.
  install(SIGUSR2, again, 0);
  nested = 2;
  raise(SIGUSR2);
  CHECK(deepest == 3);
  nested = deepest = 0;
  install(SIGUSR2, again, SA_NODEFER);
  raise(SIGUSR2);
  CHECK(deepest == 3 && nested == 0);
  install(SIGUSR2, count, SA_RESETHAND);
  raise(SIGUSR2);
  struct sigaction now;
  CHECK(sigaction(SIGUSR2, NULL, &now) == 0 && now.sa_handler == SIG_DFL);

  char* stack = malloc(SIGSTKSZ);
  stack_t wanted = {0};
  wanted.ss_sp = stack;
  wanted.ss_size = 1024;
  CHECK(sigaltstack(&wanted, NULL) == -1 && errno == ENOMEM);
  wanted.ss_size = SIGSTKSZ;
  CHECK(sigaltstack(&wanted, NULL) == 0);
  install(SIGUSR2, where, SA_ONSTACK);
  raise(SIGUSR2);
  CHECK((char*)at > stack && (char*)at < stack + SIGSTKSZ);
  wanted.ss_flags = SS_DISABLE;
  CHECK(sigaltstack(&wanted, NULL) == 0);
  free(stack);

  // A jump out of a handler takes the mask back.
  install(SIGUSR2, jump, 0);
  const int came = sigsetjmp(out, 1);
  if (came == 0) raise(SIGUSR2);
  sigset_t mask;
  CHECK(came == SIGUSR2 && sigprocmask(SIG_BLOCK, NULL, &mask) == 0 && !sigismember(&mask, SIGUSR2));

  // A thread starts with the mask of whoever makes it.
  const sigset_t usr2 = one(SIGUSR2);
  CHECK(sigprocmask(SIG_BLOCK, &usr2, &mask) == 0);
  pthread_t other;
  CHECK(pthread_create(&other, NULL, thread, (void*)&usr2) == 0 && pthread_join(other, NULL) == 0);
  CHECK(sigprocmask(SIG_SETMASK, &mask, NULL) == 0);
  CHECK(sigaddset(&mask, 99) == -1 && errno == EINVAL);
  CHECK(strcmp(strsignal(SIGSEGV), "Segmentation fault") == 0);
}
