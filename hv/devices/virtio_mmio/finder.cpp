// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// virtio-mmio devices are not discoverable: microvm and Firecracker name them on the command line, as
// `virtio_mmio.device=<size>@<address>:<interrupt>` (Linux' kernel-parameters). hv only routes; the driver does the
// rest.

#include "devices/finder.h"

#include "arch/event_routing.h"
#include "arch/paging.h"
#include "base/number.h"

namespace wick::hv {
namespace {

constexpr std::string_view kWord = "virtio_mmio.device=";
constexpr std::uint32_t kMagic = 0x74726976;  // "virt", virtio 1.2 §4.2.2
constexpr unsigned kDeviceIdOffset = 8;
constexpr char kKibibytes = 'K';

void add(Boot& boot, std::uint64_t size, Gpa start, std::uint32_t interrupt) {
  if (!map_device(start, size)) return;
  const auto* registers = reinterpret_cast<const volatile std::uint32_t*>(raw(start));
  if (registers[0] != kMagic) return;
  const auto kind = registers[kDeviceIdOffset / 4];
  if (kind == 0) return;  // an empty slot
  const unsigned event = allocate_event();
  route_interrupt(interrupt, event);
  boot.use(Interface::virtio_mmio);
  boot.add(DeviceEntry{.bus = Bus::virtio_mmio,
                       .kind = static_cast<DeviceKind>(kind),
                       .event_count = 1,
                       .by_line = 0,
                       .events = {static_cast<std::uint8_t>(event)},
                       .class_code = {},
                       .notify_multiplier = 0,
                       .windows = {{start, size}}});
}

void find(Boot& boot) {
  if (!boot.has_machine) return;
  std::string_view line = boot.command_line;
  for (auto at = line.find(kWord); at != std::string_view::npos; at = line.find(kWord)) {
    line.remove_prefix(at + kWord.size());
    auto size = parse_number(line);
    if (size.rest.starts_with(kKibibytes)) {
      size.value *= 1024;
      size.rest.remove_prefix(1);
    }
    if (!size.ok || !size.rest.starts_with('@')) continue;
    const auto start = parse_number(without(size.rest, 1));
    if (!start.ok || !start.rest.starts_with(':')) continue;
    const auto interrupt = parse_number(without(start.rest, 1));
    if (interrupt.ok) add(boot, size.value, Gpa{start.value}, static_cast<std::uint32_t>(interrupt.value));
  }
}

WICK_REGISTERED("finders") constexpr Finder finder = {find, nullptr};

}  // namespace
}  // namespace wick::hv
