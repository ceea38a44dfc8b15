// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/x86_64/xen/power.h"

#include "devices/x86_64/acpi.h"
#include "platform/x86_64/xen/console.h"

namespace wick::hv::xen {
namespace {

constexpr std::uint32_t kSoftOff = 5;

bool dom0;
Gpa rsdp;

/// Xen enters the sleep state; finding what to write is dom0's part (it has the interpreter for the tables).
void power_off_machine() {
  const auto off = find_soft_off(rsdp);
  if (!off) return;
  EnterAcpiSleep sleep{.command = kEnterAcpiSleep,
                       .interface_version = kPlatformInterface,
                       .control_a = off->value_a,
                       .control_b = off->port_b ? off->value_b : std::uint16_t{0},
                       .state = kSoftOff,
                       .flags = 0,
                       .rest = {}};
  call(Hypercall::platform_op, reinterpret_cast<std::uint64_t>(&sleep));
}

}  // namespace

void prepare_power_off(const Boot& boot) {
  dom0 = boot.initial_domain;
  rsdp = boot.rsdp;
}

void power_off(std::uint32_t, End end) {
  drain_console();
  if (dom0) power_off_machine();  // Xen alone would only halt
  Shutdown shutdown{!dom0 && end == End::crash ? ShutdownReason::crash : orderly_end};
  call(Hypercall::sched_op, kShutdown, &shutdown);
}

}  // namespace wick::hv::xen
