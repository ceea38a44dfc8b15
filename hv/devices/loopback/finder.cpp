// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A bus for tests, without a machine: on it is the loop-back network, whose other side is here. What its driver says
// comes back as the device's event, as from a hypervisor. In images that name its family, and there when the boot
// line says so.

#include "devices/finder.h"

#include "arch/cpu.h"
#include "arch/event_routing.h"
#include "base/command_line.h"
#include "loopback/bus.h"

namespace wick::hv {
namespace {

constexpr std::uint32_t kNumber = 0x4c4f4f50;
unsigned event;

void find(Boot& boot) {
  if (command_line_value(boot.command_line, "wick.loopback") != "on") return;
  event = allocate_event();
  DeviceEntry device{};
  device.bus = drivers::loopback::kBus;
  device.kind = DeviceKind::network;
  device.event_count = 1;
  device.events[0] = static_cast<std::uint8_t>(event);
  device.number = kNumber;
  boot.add(device);
}

Status notify(std::uint32_t number) {
  if (number != kNumber) return Status::unsupported;
  __atomic_or_fetch(&this_cpu().events.pending, 1ull << event, __ATOMIC_RELEASE);
  return Status::ok;
}

WICK_REGISTERED("finders") constexpr Finder finder = {find, notify};

}  // namespace
}  // namespace wick::hv
