// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// signalfd: blocked signals that the program sends itself are read, not handled.

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "check.h"
#include "parts.h"

void signal_files(void) {
  sigset_t mask, before;
  struct signalfd_siginfo got[3];
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  sigaddset(&mask, SIGTERM);
  CHECK(sigprocmask(SIG_BLOCK, &mask, &before) == 0);
  int file = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC), set = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  CHECK(file >= 0 && epoll_ctl(set, EPOLL_CTL_ADD, file, &event) == 0 && epoll_wait(set, &event, 1, 0) == 0);
  CHECK(read(file, got, sizeof(got)) == -1 && errno == EAGAIN && read(file, got, 7) == -1 && errno == EINVAL);
  CHECK(raise(SIGUSR1) == 0 && kill(getpid(), SIGTERM) == 0);
  CHECK(epoll_wait(set, &event, 1, 0) == 1 && event.events == EPOLLIN);
  // The lower number first.
  const int first = SIGUSR1 < SIGTERM ? 0 : 1;
  CHECK(read(file, got, sizeof(got)) == 2 * sizeof(*got));
  CHECK(got[first].ssi_signo == SIGUSR1 && got[1 - first].ssi_signo == SIGTERM);
  CHECK(got[0].ssi_pid == (unsigned)getpid() && epoll_wait(set, &event, 1, 0) == 0);
  // Another mask, and none of its signals wait.
  CHECK(raise(SIGUSR1) == 0 && sigdelset(&mask, SIGUSR1) == 0 && signalfd(file, &mask, 0) == file);
  CHECK(read(file, got, sizeof(got)) == -1 && errno == EAGAIN && sigaddset(&mask, SIGUSR1) == 0);
  CHECK(signalfd(file, &mask, 0) == file && read(file, got, sizeof(*got)) == sizeof(*got));
  CHECK(signalfd(set, &mask, 0) == -1 && errno == EINVAL && signalfd(-1, &mask, 7) == -1 && errno == EINVAL);
  CHECK(close(file) == 0 && close(set) == 0 && sigprocmask(SIG_SETMASK, &before, NULL) == 0);
}
