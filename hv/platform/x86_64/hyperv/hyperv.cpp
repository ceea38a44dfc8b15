// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Hyper-V: a PC whose clock stays right when the machine moves to another host. Found by CPUID; a hypervisor that shows
// these leaves besides its own is asked for before (Xen, KVM).

#include "arch/apic.h"
#include "arch/instructions.h"
#include "base/calibration.h"
#include "base/memory.h"
#include "platform/clock.h"
#include "platform/x86_64/fixed_clock.h"
#include "platform/x86_64/hyperv/abi.h"
#include "platform/x86_64/hyperv/clock_numbers.h"
#include "platform/x86_64/hyperv/date.h"
#include "platform/x86_64/pc.h"

namespace wick::hv {

namespace hyperv {
std::uint64_t told_epoch;
}

namespace {

using namespace hyperv;

constexpr std::uint64_t kMeasure = kCounterHz / 100;  // 10 ms
constexpr std::uint64_t kApicRun = 0xffffffff;
constexpr unsigned kMostReads = 1'000'000'000, kMostTries = 1000;

/// The hypervisor puts its page in the place of this one.
struct alignas(kPage) ReferencePage : ReferenceTsc {};
static_assert(sizeof(ReferencePage) == kPage);
[[gnu::section(".bss.hv.own")]] ReferencePage reference_page;
std::uint32_t known_sequence;
std::uint64_t reference_epoch;

bool detect() {
  return pc::has_signature("Microsoft Hv") && cpuid(kFirstLeaf).eax >= kFewestLeaves &&
         cpuid(kInterfaceLeaf).eax == kInterface;
}

pc::Frequencies told(const CpuidResult& features) {
  if (!(features.eax & kHasFrequencies) || !(features.edx & kTellsFrequencies)) return {};
  const pc::Frequencies both{read_msr(kTscHz), read_msr(kApicHz)};
  return is_frequency(both.tsc_hz) && is_frequency(both.apic_hz) ? both : pc::Frequencies{};
}

/// Against the reference counter: a machine of the second generation has no other clock. @return zeros without one
pc::Frequencies measured(const CpuidResult& features) {
  if (!(features.eax & kHasCounter)) return {};
  start_apic_timer(kApicRun);
  const std::uint64_t begin = read_msr(kCounter), tsc = raw(read_tsc());
  std::uint64_t ticks = 0;
  for (unsigned reads = 0; ticks < kMeasure && reads < kMostReads; ++reads) ticks = read_msr(kCounter) - begin;
  const std::uint64_t cycles = raw(read_tsc()) - tsc, run = kApicRun - apic_timer_left();
  start_apic_timer(0);
  return {measured_hz(cycles, ticks), measured_hz(run, ticks)};
}

Status init(Boot& boot) {
  if (const auto status = pc::init(boot); !ok(status)) return status;
  const auto features = cpuid(kFeatureLeaf);
  auto frequencies = told(features);
  if (!frequencies.tsc_hz) frequencies = measured(features);
  if (const auto status = pc::use_frequencies(boot, frequencies); !ok(status)) return status;
  write_msr(kGuestId, kOurGuestId);
  if (features.eax & kHasReferenceTsc) {
    write_msr(kReferenceTscPage, address_of(&reference_page) | kEnable);
    boot.use(Interface::hyperv_clock);
  }
  return Status::ok;
}

/// @return sequence 0: it says nothing
ReferenceTsc read_reference() {
  for (unsigned i = 0; i < kMostTries; ++i) {
    ReferenceTsc copy{};
    copy.sequence = __atomic_load_n(&reference_page.sequence, __ATOMIC_ACQUIRE);
    copy.scale = __atomic_load_n(&reference_page.scale, __ATOMIC_RELAXED);
    copy.offset = __atomic_load_n(&reference_page.offset, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    if (__atomic_load_n(&reference_page.sequence, __ATOMIC_RELAXED) == copy.sequence) return copy;
  }
  return {};
}

// The page's first sequence ties the clock page to it, later ones are another host's: time goes on as it says.
void refresh_clock(ClockPage& page) {
  if (__atomic_load_n(&reference_page.sequence, __ATOMIC_RELAXED) == known_sequence) return;
  const ReferenceTsc reference = read_reference();
  const std::uint64_t hz = tsc_hz(reference.scale);
  if (!reference.sequence || !hz) return;
  const std::uint64_t now = raw(clock_now()), tsc = raw(read_tsc());
  const std::uint64_t time = reference_time(reference, tsc);
  if (!known_sequence) reference_epoch = time - now;
  known_sequence = reference.sequence;
  const std::uint64_t since = time - reference_epoch;
  const auto factors = clock_factors(hz);
  show_clock(page, {page.version + 2, 0, tsc, since > now ? since : now, factors.multiplier, factors.shift, 0, {}});
}

std::uint64_t date_of_epoch() { return told_epoch ? told_epoch : pc::date_of_epoch(); }

void power_off(std::uint32_t code, End end) {
  if (end == End::crash && cpuid(kFeatureLeaf).edx & kTakesCrashes) {
    write_msr(kCrashCode, code);
    write_msr(kCrashControl, kNotifyOfCrash);
  }
  pc::power_off(code, end);
}

WICK_REGISTERED("platforms.2")
constexpr Platform kPlatform{Hypervisor::hyperv,     detect,   init,     pc::console, refresh_clock, date_of_epoch,
                             pc::set_timer_by_ticks, pc::idle, power_off};

}  // namespace

}  // namespace wick::hv
