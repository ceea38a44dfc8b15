// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Cancelling threads, where a call of libos lets things in: at its end, or out of its wait; with
// PTHREAD_CANCEL_ASYNCHRONOUS also in the middle of a computation, when a time slice ends. And what cancelled threads
// leave to do.

#include <cerrno>

#include "boot/init.h"
#include "posix/interruption.h"
#include "posix/thread.h"
#include "sched/preemption.h"

namespace wick::posix {

namespace {

constinit bool (*others)(Restart) = nullptr;
constinit void (*others_at_slice_end)() = nullptr;

void end_if_cancelled() {
  const wick_pthread& thread = *self();
  if (thread.cancelled && thread.may_be_cancelled) pthread_exit(PTHREAD_CANCELED);
}

bool interrupted(Restart restart) {
  end_if_cancelled();
  if (others) return others(restart);
  sched::forget_interruption();
  return false;
}

void slice_ended() {
  const wick_pthread& thread = *self();
  if (thread.scheduled == &sched::current() && thread.cancelled_anywhere) end_if_cancelled();
  if (others_at_slice_end) others_at_slice_end();
}

Status take_hooks() {
  others = at_interruption;
  at_interruption = interrupted;
  others_at_slice_end = sched::at_slice_end;
  sched::at_slice_end = slice_ended;
  return Status::ok;
}

WICK_INIT_STEP(30, "cancellation", take_hooks);

}  // namespace

}  // namespace wick::posix

using namespace wick;
using posix::self;

extern "C" {

int pthread_cancel(pthread_t thread) {
  {
    const sched::Guard guard(sched::State::threads);
    if (!thread->scheduled) return ESRCH;
    thread->cancelled = true;
    if (thread->may_be_cancelled) sched::interrupt(*thread->scheduled);
  }
  if (thread == self() && thread->cancelled_anywhere) posix::end_if_cancelled();
  return 0;
}

int pthread_setcancelstate(int state, int* before) {
  if (state != PTHREAD_CANCEL_ENABLE && state != PTHREAD_CANCEL_DISABLE) return EINVAL;
  const sched::Guard guard(sched::State::threads);
  wick_pthread& thread = *self();
  if (before) *before = thread.may_be_cancelled ? PTHREAD_CANCEL_ENABLE : PTHREAD_CANCEL_DISABLE;
  thread.may_be_cancelled = state == PTHREAD_CANCEL_ENABLE;
  if (thread.cancelled && thread.may_be_cancelled) sched::interrupt(*thread.scheduled);
  return 0;
}

int pthread_setcanceltype(int type, int* before) {
  if (type != PTHREAD_CANCEL_DEFERRED && type != PTHREAD_CANCEL_ASYNCHRONOUS) return EINVAL;
  wick_pthread& thread = *self();
  if (before) *before = thread.cancelled_anywhere ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED;
  thread.cancelled_anywhere = type == PTHREAD_CANCEL_ASYNCHRONOUS;
  if (thread.cancelled_anywhere) posix::end_if_cancelled();
  return 0;
}

void pthread_testcancel(void) { posix::end_if_cancelled(); }

void wick_cleanup_push(struct wick_cleanup* cleanup) {
  cleanup->below = self()->cleanups;
  self()->cleanups = cleanup;
}

void wick_cleanup_pop(struct wick_cleanup* cleanup, int run) {
  self()->cleanups = cleanup->below;
  if (run) cleanup->function(cleanup->argument);
}

}  // extern "C"
