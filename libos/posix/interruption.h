// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where a call of the program's lets signals in (and cancellation): at its end, and when they end its wait. Whoever
// links neither carries nothing of it: the pointers below stay null, and link-time optimization knows that.

#include <cerrno>

#include "fs/file.h"
#include "sched/lock.h"

namespace wick::posix {

/// How a call answers to a handler: it goes on behind one of SA_RESTART, or it ends with EINTR behind any.
enum class Restart : bool { never, as_handlers_say };

/// Set by who is linked: lets in what came for the calling thread. @return whether the call has to end with EINTR
inline constinit bool (*at_interruption)(Restart) = nullptr;
/// Writing to a pipe or a connection that nobody reads any more.
inline constinit void (*at_broken_pipe)() = nullptr;

/// At the end of a call, or where one may be waited out: nothing that others need may be held.
inline bool let_in(Restart restart = Restart::as_handlers_say) {
  return at_interruption && sched::interrupted() && at_interruption(restart);
}

/// Runs an operation until it ends other than by an interruption that handlers let pass. @return its answer, or -EINTR
template <typename Operation>
auto restarted(Operation&& operation) {
  for (;;) {
    const auto outcome = operation();
    if (!at_interruption) return outcome;
    const bool ends = let_in();
    if (outcome != fs::kInterrupted) return outcome;
    if (ends) return decltype(operation())(-EINTR);
  }
}

/// Waits in a queue, letting handlers run. @return by_interruption when the call has to end with EINTR; by_queue may
/// mean that only a handler ran, so the caller tests its condition again
inline sched::Woken wait(sched::WaitQueue& queue, Nanoseconds deadline = kNever,
                         Restart restart = Restart::as_handlers_say) {
  sched::Woken woken;
  {
    const sched::Guard guard(sched::State::threads);
    woken = queue.wait_for_call(deadline);
  }
  if (woken != sched::Woken::by_interruption) return woken;
  return let_in(restart) ? woken : sched::Woken::by_queue;
}

}  // namespace wick::posix
