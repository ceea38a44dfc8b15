// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/clock.h"

#include "arch/instructions.h"

namespace wick::hv {

[[gnu::section(".bss.hv.read_only")]] OwnClockPage clock_page;

Nanoseconds clock_now() {
  const auto& page = clock_page;  // hv is its only writer: no seqlock needed on this side
  return Nanoseconds{page.system_time +
                     scale_cycles(raw(read_tsc()) - page.tsc_timestamp, page.tsc_to_system_mul, page.tsc_shift)};
}

}  // namespace wick::hv
