// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// QEMU without a hardware hypervisor. It tells no TSC frequency, so the clock is calibrated against the APIC timer
// while the guest runs.

#include "arch/apic.h"
#include "arch/instructions.h"
#include "base/calibration.h"
#include "platform/clock.h"
#include "platform/x86_64/pc.h"

namespace wick::hv {
namespace {

TscCalibration calibration;
constexpr std::uint64_t kFreeRun = 0xffffffff;  // 4.3 s

bool detect() { return pc::has_signature("TCGTCGTCGTCG"); }

void start_timer_run(std::uint64_t ticks) { calibration.started(ticks, read_tsc()); }

Status init(Boot& boot) {
  const auto status = pc::init(boot);
  start_apic_timer(kFreeRun);
  start_timer_run(kFreeRun);
  return status;
}

void refresh_clock(ClockPage& page) {
  const auto now = read_tsc();
  if (!calibration.observe(apic_timer_left(), now)) return;
  const auto factors = clock_factors(calibration.hz());
  const auto time =
      scale_cycles(raw(now) - page.tsc_timestamp, page.tsc_to_system_mul, page.tsc_shift) + page.system_time;
  show_clock(page, {page.version + 2, 0, raw(now), time, factors.multiplier, factors.shift, 0, {}});
}

void set_timer(Nanoseconds deadline) {
  if (pc::timer_stands(deadline)) return;  // the longer it runs, the better it measures
  refresh_clock(clock_page);
  pc::set_timer(deadline);
  start_timer_run(apic_timer_left());
}

WICK_REGISTERED("platforms.2")
constexpr Platform kPlatform{Hypervisor::tcg,   detect,    init,     pc::console,  refresh_clock,
                             pc::date_of_epoch, set_timer, pc::idle, pc::power_off};

}  // namespace

}  // namespace wick::hv
