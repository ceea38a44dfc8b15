// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Nobody underneath: bare metal, and emulators that don't say what they are. TSC and APIC timer are measured once
// against the one clock whose frequency every PC knows, channel 2 of the 8254 (Intel 8254 datasheet; PC AT port 0x61).

#include "arch/apic.h"
#include "arch/instructions.h"
#include "base/calibration.h"
#include "platform/clock.h"
#include "platform/pc.h"

namespace wick::hv {
namespace {

constexpr std::uint64_t kPitHz = 1'193'182, kSecond = 1'000'000'000;
constexpr std::uint16_t kPitTicks = 11'932;  // 10 ms
constexpr std::uint64_t kApicRun = 0xffffffff;
constexpr std::uint16_t kChannel2 = 0x42, kMode = 0x43, kGate = 0x61;
constexpr std::uint8_t kOneShot = 0xb0;  // channel 2, both bytes, mode 0
constexpr std::uint8_t kGateOn = 1, kSpeaker = 2, kOutput = 0x20;
constexpr unsigned kMaxReads = 1'000'000'000;

std::uint64_t apic_hz = 0;

bool detect() {
  constexpr std::uint32_t kHypervisor = 1u << 31;
  return !(cpuid(1).ecx & kHypervisor);
}

/// @return false when the 8254 doesn't count
bool measure(std::uint64_t& tsc_hz) {
  port_out<std::uint8_t>(kGate, static_cast<std::uint8_t>((port_in<std::uint8_t>(kGate) & ~kSpeaker) | kGateOn));
  port_out<std::uint8_t>(kMode, kOneShot);
  port_out<std::uint8_t>(kChannel2, kPitTicks & 0xff);
  port_out<std::uint8_t>(kChannel2, kPitTicks >> 8);
  start_apic_timer(kApicRun);
  const auto start = raw(read_tsc());
  unsigned reads = 0;
  while (!(port_in<std::uint8_t>(kGate) & kOutput))
    if (++reads == kMaxReads) return false;
  const auto cycles = raw(read_tsc()) - start;
  apic_hz = (kApicRun - apic_timer_left()) * kPitHz / kPitTicks;
  start_apic_timer(0);
  tsc_hz = cycles * kPitHz / kPitTicks;
  return apic_hz && tsc_hz;
}

Status init(Boot& boot) {
  if (const auto status = pc::init(boot); !ok(status)) return status;
  if (!measure(boot.tsc_hz)) return Status::unsupported;
  const auto factors = clock_factors(boot.tsc_hz);
  show_clock(clock_page, {2, 0, raw(read_tsc()), 0, factors.multiplier, factors.shift, 0, {}});
  return Status::ok;
}

void refresh_clock(ClockPage&) {}  // measured for good

/// The APIC's ticks here are as long as the machine likes.
void set_timer(Nanoseconds deadline) {
  const auto now = clock_now();
  if (deadline == kNever) return start_apic_timer(0);
  const std::uint64_t left = deadline > now ? raw(deadline) - raw(now) : 1;
  const std::uint64_t whole = left / kSecond, rest = left % kSecond;
  start_apic_timer(whole * apic_hz + rest * apic_hz / kSecond + 1);
}

constexpr Platform kPlatform{Hypervisor::metal, detect,    init,     pc::console,  refresh_clock,
                             pc::date_of_epoch, set_timer, pc::idle, pc::power_off};
WICK_PLATFORM("3") constexpr const Platform* registered = &kPlatform;

}  // namespace

}  // namespace wick::hv
