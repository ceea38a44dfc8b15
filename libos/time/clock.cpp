// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See clock.h. The reader's half of the clock page's seqlock.

#include "time/clock.h"

#include "abi/call.h"
#include "arch/thread_context.h"
#include "boot/checkpoint.h"
#include "sched/lock.h"

namespace wick::time {

namespace {

constexpr std::uint64_t kAskAgain = kSecond, kStep = kMillisecond;

constinit bool asked_for_date = false;
constinit bool set_by_program = false;
constinit Nanoseconds ask_at{0};        // when hv is asked again
constinit std::uint32_t date_life = 0;  // boot::life() in which it was asked for
constinit bool date_known = false;
constinit std::uint64_t date_of_epoch = 0;  // nanoseconds since 1970 at the clock page's epoch

/// The machine may have been paused and the host's clock may have been set since the last time. What differs by less
/// than a step is how exactly clocks are read: the date doesn't jump to and fro for it.
void ask_for_date() {
  const bool again = asked_for_date && date_known && date_life == boot::life();
  asked_for_date = true;
  set_by_program = false;
  date_life = boot::life();
  ask_at = deadline(Nanoseconds{kAskAgain});
  const CallResult answer = wick_call_wall_clock();
  date_known = ok(answer.status);
  const std::uint64_t ahead = answer.value - date_of_epoch;
  if (!again || ahead + kStep > 2 * kStep) date_of_epoch = answer.value;
}

bool must_ask() {
  if (!asked_for_date || date_life != boot::life()) return true;
  return !set_by_program && raw(now()) >= raw(ask_at);
}

}  // namespace

void use_clock_page(const ClockPage* page) { sched::this_vcpu().clock = page; }

Nanoseconds now() {
  const volatile ClockPage& page = *sched::this_vcpu().clock;
  for (;;) {
    const std::uint32_t before = page.version;
    arch::read_barrier();
    const std::uint64_t since = arch::cycles() - page.tsc_timestamp;
    const std::uint64_t time = page.system_time + scale_cycles(since, page.tsc_to_system_mul, page.tsc_shift);
    arch::read_barrier();
    if ((before & 1) == 0 && page.version == before) return Nanoseconds{time};
  }
}

std::optional<Nanoseconds> wall() {
  const sched::Guard guard(sched::State::program);
  if (must_ask()) ask_for_date();
  if (!date_known) return std::nullopt;
  return Nanoseconds{date_of_epoch + raw(now())};
}

void set_wall(Nanoseconds date) {
  const sched::Guard guard(sched::State::program);
  asked_for_date = date_known = set_by_program = true;
  date_life = boot::life();
  date_of_epoch = raw(date) - raw(now());
}

Nanoseconds deadline(Nanoseconds after) {
  const std::uint64_t start = raw(now());
  return raw(after) > ~0ull - 1 - start ? kNever : Nanoseconds{start + raw(after)};
}

}  // namespace wick::time
