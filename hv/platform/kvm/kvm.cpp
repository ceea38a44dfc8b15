// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// KVM (Linux Documentation/virt/kvm/x86/{cpuid,msr}.rst): the paravirtual clock and wall clock; the rest is a PC's.

#include "arch/cpu.h"
#include "arch/instructions.h"
#include "platform/clock.h"
#include "platform/pc.h"

namespace wick::hv {
namespace {

constexpr std::uint32_t kFeatureClock = 1u << 3;  // CPUID 0x40000001 EAX: the MSRs at 0x4b564d00
constexpr std::uint64_t kEnable = 1;

struct WallClock {
  std::uint32_t version, seconds, nanoseconds;
};
static_assert(sizeof(WallClock) == 12);

alignas(64) volatile WallClock kvm_wall;

bool detect() { return pc::has_signature("KVMKVMKVM\0\0\0"); }

Status init(Boot& boot) {
  if (!(cpuid(0x40000001).eax & kFeatureClock)) return Status::unsupported;
  write_msr(Msr::kvm_system_time, reinterpret_cast<std::uint64_t>(&this_cpu().host_clock) | kEnable);
  boot.use(Interface::kvm_clock);
  return pc::init(boot);
}

void refresh_clock(ClockPage& page) { take_clock(page, this_cpu().host_clock); }

std::uint64_t wall_clock() {
  write_msr(Msr::kvm_wall_clock, reinterpret_cast<std::uint64_t>(&kvm_wall));
  return kvm_wall.seconds * 1'000'000'000ull + kvm_wall.nanoseconds;
}

constexpr Platform kPlatform{Hypervisor::kvm, detect,        init,     pc::console,  refresh_clock,
                             wall_clock,      pc::set_timer, pc::idle, pc::power_off};
WICK_PLATFORM("2") constexpr const Platform* registered = &kPlatform;

}  // namespace

}  // namespace wick::hv
