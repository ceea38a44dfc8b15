// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Nobody underneath: bare metal, and emulators that don't say what they are.

#include "arch/instructions.h"
#include "platform/x86_64/fixed_clock.h"
#include "platform/x86_64/pc.h"

namespace wick::hv {
namespace {

bool detect() {
  constexpr std::uint32_t kHypervisor = 1u << 31;
  return !(cpuid(1).ecx & kHypervisor);
}

Status init(Boot& boot) {
  const auto status = pc::init(boot);
  return ok(status) ? pc::use_frequencies(boot, pc::measure_frequencies()) : status;
}

WICK_REGISTERED("platforms.3")
constexpr Platform kPlatform{
    Hypervisor::metal,      detect,   init,         pc::console, pc::keep_clock, pc::date_of_epoch,
    pc::set_timer_by_ticks, pc::idle, pc::power_off};

}  // namespace

}  // namespace wick::hv
