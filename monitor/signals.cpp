// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/signals.h"

#include <sys/eventfd.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>

#include "abi/event.h"
#include "monitor/appliance.h"
#include "raw_call.h"

namespace wick::monitor {
namespace {

/// Microseconds between two looks at the watchdog, whatever a guest asks for: signals that come faster than they are
/// handled would leave no time for anything else, and no room on their stack.
constexpr std::uint64_t kMinPeriod = 1000;

int wake = -1;
volatile sig_atomic_t asked_to_end = 0, overdue = 0, slice_over = 0;
std::uint64_t left_word = 0;  ///< observers' signals that have come: bits by number

bool take(volatile sig_atomic_t& word) {
  const bool was = word;
  word = 0;
  return was;
}

// Whatever runs while the guest's thread pointer is live does without stack protectors, whose reference lies behind it.
[[gnu::no_stack_protector]] void wake_up() {
  const std::uint64_t one = 1;
  raw_write(wake, &one, sizeof one);
}

[[gnu::no_stack_protector]] void on_signal(int signal, siginfo_t*, void* context) {
  drop_flags();
  auto& guest = running->guest;
  switch (signal) {
    case SIGTERM:
    case SIGINT:
      if (asked_to_end) raw_exit(128 + signal);
      asked_to_end = 1;
      __atomic_or_fetch(&guest.memory.shared().event.pending, 1ull << static_cast<unsigned>(Event::shutdown),
                        __ATOMIC_RELEASE);
      break;
    case SIGALRM:
      // The kernel's word counts: by a clock that was measured for milliseconds it may seem early, and it comes once.
      if (guest.vcpu.slices.next() != kNever) slice_over = 1;
      if (guest.vcpu.watchdog.expired(guest.clock.now())) overdue = 1;
      if (overdue || slice_over) guest.machine->interrupt(context);
      if (!overdue) return;
      break;
    default:
      __atomic_or_fetch(&left_word, 1ull << signal, __ATOMIC_RELEASE);
      guest.machine->interrupt(context);
      break;
  }
  wake_up();
}

}  // namespace

bool start_signals() {
  wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  struct sigaction action{};
  action.sa_sigaction = on_signal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;  // the handler may not return
  for (const int signal : {SIGTERM, SIGINT, SIGALRM})
    if (sigaction(signal, &action, nullptr) != 0) return false;
  if (running->control.listens()) {
    sigset_t question;  // whoever has started us may have kept it back
    sigemptyset(&question);
    sigaddset(&question, kQuestionSignal);
    if (sigaction(kQuestionSignal, &action, nullptr) != 0 || sigprocmask(SIG_UNBLOCK, &question, nullptr) != 0)
      return false;
  }
  for (const auto* observer : observers())
    if (observer->signal() && sigaction(observer->signal(), &action, nullptr) != 0) return false;
  for (const int told_by_call : {SIGPIPE, SIGXFSZ}) ::signal(told_by_call, SIG_IGN);
  ::signal(SIGTTIN, SIG_IGN);  // a shell's job in the background reads nothing, and goes on
  return wake >= 0;
}

int signal_file() { return wake; }

void set_alarm(const Guest& guest) {
  constexpr auto kTimeOf = [](bool wanted, std::uint64_t nanoseconds) {
    constexpr std::uint64_t kSecond = 1'000'000;
    const auto micros = wanted ? std::max(nanoseconds / 1000 + 1, kMinPeriod) : 0;
    return timeval{static_cast<time_t>(micros / kSecond), static_cast<suseconds_t>(micros % kSecond)};
  };
  // It may be over by now, and a timer of 0 would be none.
  const auto alarm = guest.vcpu.alarm();
  const auto left = raw(alarm) - std::min(raw(alarm), raw(guest.clock.now()));
  // The watchdog looks again by itself; a slice that ends while the guest is idle is nobody's.
  const auto timeout = raw(guest.vcpu.watchdog.timeout());
  const itimerval times{kTimeOf(timeout, timeout / 2), kTimeOf(alarm != kNever, left)};
  setitimer(ITIMER_REAL, &times, nullptr);
}

bool slice_is_over() { return slice_over; }
bool take_slice_over() { return take(slice_over); }

bool take_overdue() { return take(overdue); }

std::uint64_t take_signals() {
  return __atomic_load_n(&left_word, __ATOMIC_ACQUIRE) ? __atomic_exchange_n(&left_word, 0, __ATOMIC_ACQUIRE) : 0;
}

}  // namespace wick::monitor
