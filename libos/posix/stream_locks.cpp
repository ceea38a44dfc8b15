// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// How threads wait for a stream that another has locked (subprojects/packagefiles/musl). Streams keep their locks in
// plain words; all waiters stand in one queue, as a stream is held for one read or write only.

#include "posix/streams.h"
#include "sched/lock.h"

namespace {
constinit wick::sched::WaitQueue waiting;
}

extern "C" {

void wick_stream_wait(const volatile int* word, int value) {
  const wick::sched::Guard guard(wick::sched::State::threads);
  while (*word == value) waiting.wait_for_lock();
}

void wick_stream_wake(void) {
  const wick::sched::Guard guard(wick::sched::State::threads);
  waiting.wake_all();
}

}  // extern "C"
