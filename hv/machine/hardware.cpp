// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "machine/hardware.h"

#include "abi/console.h"
#include "arch/interrupts.h"
#include "platform/platform.h"
#include "platform/print.h"

extern "C" const std::uint8_t wick_build_id_note[];

namespace wick::hv {

[[gnu::section(".bss.hv.shared")]] alignas(kPage) CrashRecord crash_pages[kCpus];

void Hardware::sleep(Nanoseconds deadline) {
  platform->set_timer(deadline);
  platform->idle();
  report_nmis();
  platform->refresh_clock(clock_page);
}

void Hardware::report_nmis() {
  auto& cpu = this_cpu();
  if (!__atomic_load_n(&cpu.nmis, __ATOMIC_RELAXED) || cpu.nmis_told) [[likely]]
    return;
  cpu.nmis_told = true;
  print_line(print, console_line::kNmi, "has come: broken hardware, or somebody's button. More are not told");
}

CallResult Hardware::wall_clock() {
  const auto time = platform->wall_clock();
  return {time ? Status::ok : Status::unsupported, time};
}

BuildId Hardware::build_id() {
  constexpr unsigned kHead = 16;  // note header and "GNU\0"
  return BuildId{wick_build_id_note + kHead, sizeof CrashRecord::build_id};
}

}  // namespace wick::hv
