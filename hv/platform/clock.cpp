// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/clock.h"

#include "arch/instructions.h"

namespace wick::hv {

[[gnu::section(".bss.hv.read_only")]] OwnClockPage clock_page;

void show_clock(ClockPage& page, const ClockPage& now) {
  page.version = now.version | 1;
  __atomic_thread_fence(__ATOMIC_RELEASE);
  page.tsc_timestamp = now.tsc_timestamp;
  page.system_time = now.system_time;
  page.tsc_to_system_mul = now.tsc_to_system_mul;
  page.tsc_shift = now.tsc_shift;
  __atomic_store_n(&page.version, now.version, __ATOMIC_RELEASE);
}

void take_clock(ClockPage& page, const volatile ClockPage& host, std::uint64_t ahead) {
  ClockPage copy{};
  do {
    copy.version = __atomic_load_n(&host.version, __ATOMIC_ACQUIRE);
    if (copy.version == page.version) return;
    copy.tsc_timestamp = host.tsc_timestamp;
    copy.system_time = host.system_time + ahead;
    copy.tsc_to_system_mul = host.tsc_to_system_mul;
    copy.tsc_shift = host.tsc_shift;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
  } while ((copy.version & 1) || host.version != copy.version);
  show_clock(page, copy);
}

Nanoseconds clock_now() {
  const auto& page = clock_page;  // hv is its only writer: no seqlock needed on this side
  return Nanoseconds{page.system_time +
                     scale_cycles(raw(read_tsc()) - page.tsc_timestamp, page.tsc_to_system_mul, page.tsc_shift)};
}

}  // namespace wick::hv
