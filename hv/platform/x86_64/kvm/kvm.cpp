// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// KVM (Linux Documentation/virt/kvm/x86/{cpuid,msr}.rst): the paravirtual clock and wall clock; the rest is a PC's.

#include "arch/cpu.h"
#include "arch/instructions.h"
#include "platform/clock.h"
#include "platform/x86_64/pc.h"

namespace wick::hv {
namespace {

constexpr char kName[] = "KVMKVMKVM\0\0\0";
// Where its CPUID leaves begin: behind Hyper-V's where it shows those too (QEMU's hv-*). Of the second one EAX: the
// MSRs at 0x4b564d00.
constexpr std::uint32_t kLeaves = 0x40000000, kLeavesBehind = 0x40000100, kFeatureClock = 1u << 3;
constexpr std::uint64_t kEnable = 1;

struct WallClock {
  std::uint32_t version, seconds, nanoseconds;
};
static_assert(sizeof(WallClock) == 12);

alignas(64) volatile WallClock kvm_wall;

bool detect() { return pc::has_signature(kName) || pc::has_signature(kName, kLeavesBehind); }

Status init(Boot& boot) {
  const auto first = pc::has_signature(kName) ? kLeaves : kLeavesBehind;
  if (!(cpuid(first + 1).eax & kFeatureClock)) return Status::unsupported;
  write_msr(Msr::kvm_system_time, reinterpret_cast<std::uint64_t>(&this_cpu().host_clock) | kEnable);
  boot.use(Interface::kvm_clock);
  return pc::init(boot);
}

void refresh_clock(ClockPage& page) { take_clock(page, this_cpu().host_clock); }

std::uint64_t wall_clock() {
  write_msr(Msr::kvm_wall_clock, reinterpret_cast<std::uint64_t>(&kvm_wall));
  return kvm_wall.seconds * 1'000'000'000ull + kvm_wall.nanoseconds;
}

WICK_REGISTERED("platforms.1")
constexpr Platform kPlatform{Hypervisor::kvm, detect,        init,     pc::console,  refresh_clock,
                             wall_clock,      pc::set_timer, pc::idle, pc::power_off};

}  // namespace

}  // namespace wick::hv
