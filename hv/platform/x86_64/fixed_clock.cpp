// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/x86_64/fixed_clock.h"

#include "arch/apic.h"
#include "arch/instructions.h"
#include "base/calibration.h"
#include "platform/clock.h"

namespace wick::hv::pc {
namespace {

constexpr std::uint64_t kPitHz = 1'193'182, kSecond = 1'000'000'000;
constexpr std::uint16_t kPitTicks = 11'932;  // 10 ms
constexpr std::uint64_t kApicRun = 0xffffffff;
constexpr std::uint16_t kChannel2 = 0x42, kMode = 0x43, kGate = 0x61;
constexpr std::uint8_t kOneShot = 0xb0;  // channel 2, both bytes, mode 0
constexpr std::uint8_t kGateOn = 1, kSpeaker = 2, kOutput = 0x20;
constexpr unsigned kMaxReads = 1'000'000'000;

std::uint64_t apic_hz = 0;

}  // namespace

Frequencies measure_frequencies() {
  port_out<std::uint8_t>(kGate, static_cast<std::uint8_t>((port_in<std::uint8_t>(kGate) & ~kSpeaker) | kGateOn));
  port_out<std::uint8_t>(kMode, kOneShot);
  port_out<std::uint8_t>(kChannel2, kPitTicks & 0xff);
  port_out<std::uint8_t>(kChannel2, kPitTicks >> 8);
  start_apic_timer(kApicRun);
  const auto start = raw(read_tsc());
  unsigned reads = 0;
  while (!(port_in<std::uint8_t>(kGate) & kOutput))
    if (++reads == kMaxReads) return {};
  const auto cycles = raw(read_tsc()) - start;
  const std::uint64_t ticks = kApicRun - apic_timer_left();
  start_apic_timer(0);
  return {cycles * kPitHz / kPitTicks, ticks * kPitHz / kPitTicks};
}

Status use_frequencies(Boot& boot, Frequencies frequencies) {
  if (!frequencies.tsc_hz || !frequencies.apic_hz) return Status::unsupported;
  apic_hz = frequencies.apic_hz;
  boot.tsc_hz = frequencies.tsc_hz;
  const auto factors = clock_factors(boot.tsc_hz);
  show_clock(clock_page, {2, 0, raw(read_tsc()), 0, factors.multiplier, factors.shift, 0, {}});
  return Status::ok;
}

void keep_clock(ClockPage&) {}

void set_timer_by_ticks(Nanoseconds deadline) {
  const auto now = clock_now();
  if (deadline == kNever) return start_apic_timer(0);
  const std::uint64_t left = deadline > now ? raw(deadline) - raw(now) : 1;
  const std::uint64_t whole = left / kSecond, rest = left % kSecond;
  start_apic_timer(whole * apic_hz + rest * apic_hz / kSecond + 1);
}

}  // namespace wick::hv::pc
