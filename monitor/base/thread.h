// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Threads beside the guest's own. They take no signal: one to the process has to find the thread that runs the guest,
// which it is to stop.

#include <pthread.h>
#include <signal.h>

namespace wick::monitor {

/// @return whether there is one
inline bool start_thread(pthread_t& thread, void* (*run)(void*), void* argument) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const bool done = pthread_create(&thread, nullptr, run, argument) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return done;
}

}  // namespace wick::monitor
