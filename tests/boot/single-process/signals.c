// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Signals that the program sends itself: handlers, masks, what can't be caught.
#include <signal.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

static volatile int seen, seen_code, masked;

static void count(int number) { seen += number; }

static void tell(int number, siginfo_t* information, void* context) {
  (void)context;
  sigset_t now;
  sigprocmask(SIG_BLOCK, NULL, &now);
  masked = sigismember(&now, number) && sigismember(&now, SIGHUP);
  seen_code = information->si_code == SI_USER && information->si_pid == getpid() ? number : -1;
}

void signals(void) {
  CHECK(signal(SIGUSR1, count) == SIG_DFL && signal(SIGUSR1, count) == count);
  CHECK(raise(SIGUSR1) == 0 && kill(getpid(), SIGUSR1) == 0 && seen == 2 * SIGUSR1);
  CHECK(signal(SIGPIPE, SIG_IGN) == SIG_DFL && raise(SIGPIPE) == 0);
  CHECK(raise(SIGCHLD) == 0);
  CHECK(kill(getpid(), 0) == 0 && kill(42, SIGTERM) == -1 && errno == ESRCH);
  CHECK(raise(99) == -1 && errno == EINVAL);

  struct sigaction wanted = {0}, before;
  wanted.sa_sigaction = tell;
  wanted.sa_flags = SA_SIGINFO | SA_RESETHAND;
  sigaddset(&wanted.sa_mask, SIGHUP);
  CHECK(sigaction(SIGUSR2, &wanted, NULL) == 0 && kill(getpid(), SIGUSR2) == 0 && seen_code == SIGUSR2 && masked);
  CHECK(sigaction(SIGUSR2, NULL, &before) == 0 && before.sa_handler == SIG_DFL);

  sigset_t some, old, waiting;
  sigemptyset(&some);
  sigaddset(&some, SIGUSR1);
  seen = 0;
  CHECK(sigprocmask(SIG_BLOCK, &some, &old) == 0 && !sigismember(&old, SIGUSR1));
  CHECK(raise(SIGUSR1) == 0 && seen == 0);
  CHECK(sigpending(&waiting) == 0 && sigismember(&waiting, SIGUSR1));
  CHECK(pthread_sigmask(SIG_SETMASK, &old, NULL) == 0 && seen == SIGUSR1);
  CHECK(sigpending(&waiting) == 0 && !sigismember(&waiting, SIGUSR1));

  CHECK(signal(SIGKILL, count) == SIG_ERR && errno == EINVAL);
}
