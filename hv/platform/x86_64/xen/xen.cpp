// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Real Xen, as PVH dom0, PVH domU or HVM domU: console, clock, timer, waiting and power-off are all Xen's.

#include "arch/cpu.h"
#include "arch/instructions.h"
#include "platform/clock.h"
#include "platform/platform.h"
#include "platform/x86_64/xen/console.h"
#include "platform/x86_64/xen/events.h"
#include "platform/x86_64/xen/hypercall.h"
#include "platform/x86_64/xen/power.h"

namespace wick::hv {
namespace {

bool detect() { return xen::find_leaves() != 0; }

/// By hypercall: Xen 4.17 starts a PVH dom0 without a map in its start information (version 0 of it).
void read_memory(Boot& boot) {
  constexpr std::uint32_t kMaxEntries = 64, kRam = 1;
  static xen::MemoryMapEntry entries[kMaxEntries];
  xen::MemoryMap map{.count = kMaxEntries, .entries = entries};
  if (xen::call(xen::Hypercall::memory_op, xen::kMemoryMap, &map) != 0) return;
  for (std::uint32_t i = 0; i < map.count; ++i)
    if (entries[i].type == kRam) boot.add_memory({Gpa{entries[i].start}, entries[i].length});
}

Status init(Boot& boot) {
  if (const auto status = xen::start_events(); !ok(status)) return status;
  boot.use(Interface::xen_event_channels);
  boot.use(Interface::xen_clock);
  if (!boot.initial_domain) xen::start_console();
  boot.use(Interface::xen_console);
  xen::prepare_power_off(boot);
  boot.use(Interface::xen_shutdown);
  boot.tsc_hz = cpuid(xen::find_leaves() + xen::kTimeLeaf, 0).ecx * std::uint64_t{1000};
  return Status::ok;
}

void refresh_clock(ClockPage& page) {
  take_clock(page, xen::shared_info().vcpus[this_cpu().number()].time, xen::clock_ahead);
}

std::uint64_t wall_clock() {
  const auto& info = xen::shared_info();
  std::uint32_t version;
  std::uint64_t since_1970;
  do {
    version = __atomic_load_n(&info.wall_version, __ATOMIC_ACQUIRE);
    const auto seconds = static_cast<std::uint64_t>(info.wall_seconds_high) << 32 | info.wall_seconds;
    since_1970 = seconds * 1'000'000'000 + info.wall_nanoseconds;
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
  } while ((version & 1) || info.wall_version != version);
  return since_1970 - xen::clock_ahead;
}

WICK_REGISTERED("platforms.1")
constexpr Platform kPlatform{Hypervisor::xen, detect,         init,      xen::write_console, refresh_clock,
                             wall_clock,      xen::set_timer, xen::idle, xen::power_off,     read_memory};

}  // namespace

}  // namespace wick::hv
