// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/clock.h"

#include "arch/instructions.h"

namespace wick::hv {

[[gnu::section(".bss.hv.read_only")]] OwnClockPage clock_page;

void write_clock(ClockPage& page, const volatile ClockPage& now) {
  page.version = now.version | 1;
  __atomic_thread_fence(__ATOMIC_RELEASE);
  page.tsc_timestamp = now.tsc_timestamp;
  page.system_time = now.system_time;
  page.tsc_to_system_mul = now.tsc_to_system_mul;
  page.tsc_shift = now.tsc_shift;
  __atomic_store_n(&page.version, now.version, __ATOMIC_RELEASE);
}

Nanoseconds clock_now() {
  const auto& page = clock_page;  // hv is its only writer: no seqlock needed on this side
  return Nanoseconds{page.system_time +
                     scale_cycles(raw(read_tsc()) - page.tsc_timestamp, page.tsc_to_system_mul, page.tsc_shift)};
}

}  // namespace wick::hv
