// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// VMware: a PC that tells how fast it counts. Found by CPUID alone: its backdoor, which every version has, is an I/O
// port that means something else on other machines, and it is not needed for what hv wants.

#include "arch/instructions.h"
#include "platform/x86_64/fixed_clock.h"
#include "platform/x86_64/pc.h"

namespace wick::hv {
namespace {

/// kHz of the TSC in EAX and of the APIC's bus in EBX, zeros where it doesn't say (VMware's knowledge base, article
/// 1009458).
constexpr std::uint32_t kFirstLeaf = 0x4000'0000, kTimingLeaf = 0x4000'0010;
constexpr std::uint64_t kKilo = 1000;

bool detect() { return pc::has_signature("VMwareVMware"); }

pc::Frequencies told() {
  if (cpuid(kFirstLeaf).eax < kTimingLeaf) return {};
  const auto timing = cpuid(kTimingLeaf);
  return {timing.eax * kKilo, timing.ebx * kKilo};
}

Status init(Boot& boot) {
  if (const auto status = pc::init(boot); !ok(status)) return status;
  const auto frequencies = told();
  const bool whole = frequencies.tsc_hz && frequencies.apic_hz;
  return pc::use_frequencies(boot, whole ? frequencies : pc::measure_frequencies());
}

WICK_REGISTERED("platforms.2")
constexpr Platform kPlatform{
    Hypervisor::vmware,     detect,   init,         pc::console, pc::keep_clock, pc::date_of_epoch,
    pc::set_timer_by_ticks, pc::idle, pc::power_off};

}  // namespace

}  // namespace wick::hv
