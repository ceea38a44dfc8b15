// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/base/host_clock.h"

#include <time.h>

#include <algorithm>

#include "base/calibration.h"
#include "processor.h"

namespace wick::monitor {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

std::uint64_t clock_of(clockid_t id) {
  timespec time;
  clock_gettime(id, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * kSecond + static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace

HostClock::Instant HostClock::read() { return {read_cycles(), clock_of(CLOCK_MONOTONIC)}; }

void HostClock::start() {
  (void)read();  // the first call pays for finding the kernel's page
  first_ = read();
}

std::uint64_t HostClock::hz_since_first(const Instant& now) const {
  const std::uint64_t span = std::max<std::uint64_t>(now.monotonic - first_.monotonic, 1);
  return static_cast<std::uint64_t>(static_cast<unsigned __int128>(now.tsc - first_.tsc) * kSecond / span);
}

void HostClock::write(const Instant& at, std::uint64_t system_time, std::uint64_t hz) {
  const auto factors = hv::clock_factors(hz);
  const auto version = page_->version;
  __atomic_store_n(&page_->version, version + 1, __ATOMIC_RELEASE);
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  page_->tsc_timestamp = at.tsc;
  page_->system_time = system_time;
  page_->tsc_to_system_mul = factors.multiplier;
  page_->tsc_shift = factors.shift;
  __atomic_store_n(&page_->version, version + 2, __ATOMIC_RELEASE);
}

void HostClock::begin(ClockPage& page, Nanoseconds start) {
  page_ = &page;
  const auto now = read();
  const std::uint64_t span = now.monotonic - first_.monotonic;
  start_ = raw(start) - span;
  next_measure_ = now.monotonic + span;
  write(now, raw(start), hz_since_first(now));
}

void HostClock::refresh() {
  constexpr std::uint64_t kMaxSpan = 64 * kSecond;  // by then the factors are as good as the clock itself
  const auto now = read();
  if (now.monotonic < next_measure_) return;
  const std::uint64_t span = now.monotonic - first_.monotonic;
  next_measure_ = now.monotonic + std::min(span, kMaxSpan);
  // The guest has seen the old factors' time already: it never goes back.
  write(now, std::max(raw(this->now()), start_ + span), hz_since_first(now));
}

Nanoseconds HostClock::now() const {
  return Nanoseconds{page_->system_time} + span(read_cycles() - page_->tsc_timestamp);
}

Nanoseconds HostClock::span(std::uint64_t cycles) const {
  return Nanoseconds{scale_cycles(cycles, page_->tsc_to_system_mul, page_->tsc_shift)};
}

std::uint64_t HostClock::date_of_epoch() const { return clock_of(CLOCK_REALTIME) - raw(now()); }

}  // namespace wick::monitor
