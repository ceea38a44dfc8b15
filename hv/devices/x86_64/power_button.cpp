// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The power button of ACPI's fixed hardware (ACPI 6.4 §4.8.2.2.1.1): a press is an interrupt that sets the bit of
// Event::shutdown on hv's event page.

#include "abi/event.h"
#include "arch/event_routing.h"
#include "arch/instructions.h"
#include "devices/acpi_tables.h"
#include "devices/x86_64/acpi.h"

namespace wick::hv {
namespace {

// ACPI 6.4 §5.2.9
constexpr unsigned kSystemInterrupt = 46, kCommandPort = 48, kEnableValue = 52, kEventPort = 56, kControlPort = 64;
constexpr unsigned kEventLength = 88;
// §4.8.3.1.1, §4.8.3.2.1
constexpr std::uint16_t kButton = 1u << 8, kAcpiMode = 1u << 0, kAllEvents = 0xffff;
constexpr std::uint32_t kEntriesInMadt = 44;
constexpr std::uint8_t kOverride = 2;
// §5.2.12.5: offsets in an override, and the low bits of its flags.
constexpr unsigned kLine = 3, kGlobalInterrupt = 4, kFlags = 8;
constexpr std::uint16_t kPolarityMask = 3, kActiveLow = 3;
/// Firmware switches modes within some milliseconds; a port read takes about a microsecond.
constexpr unsigned kMaxReads = 1'000'000;

/// §4.8.3.2.1: firmware keeps the events to itself until it is told. @return false when it does not let go
bool enter_acpi_mode(const AcpiTable& fadt) {
  const auto control = fadt.read<std::uint16_t>(kControlPort), command = fadt.read<std::uint16_t>(kCommandPort);
  if (!command || port_in<std::uint16_t>(control) & kAcpiMode) return true;
  port_out<std::uint8_t>(command, fadt.read<std::uint8_t>(kEnableValue));
  for (unsigned i = 0; i < kMaxReads; ++i)
    if (port_in<std::uint16_t>(control) & kAcpiMode) return true;
  return false;
}

/// Makes one of the PC's sixteen old interrupt lines, as they are wired to the I/O APIC (§5.2.12.5, the MADT's
/// overrides), set the bit of `event`, once for each time it becomes active.
void route_legacy_line(Gpa rsdp, std::uint8_t line, unsigned event) {
  std::uint32_t global_interrupt = line;  // without an override they are the same, and active high
  bool active_low = false;
  const AcpiTable madt = find_acpi_table(rsdp, "APIC");
  madt.each_entry<std::uint8_t>(kEntriesInMadt, [&](std::uint32_t at, std::uint8_t type) {
    if (type != kOverride || madt.read<std::uint8_t>(at + kLine) != line) return false;
    global_interrupt = madt.read<std::uint32_t>(at + kGlobalInterrupt);
    active_low = (madt.read<std::uint16_t>(at + kFlags) & kPolarityMask) == kActiveLow;
    return true;
  });
  route_interrupt(global_interrupt, event, active_low);
}

}  // namespace

bool watch_power_button(Gpa rsdp) {
  const AcpiTable fadt = find_acpi_table(rsdp, "FACP");
  const auto port = fadt.read<std::uint16_t>(kEventPort);
  if (!port || !enter_acpi_mode(fadt)) return false;
  // Status and enable registers are the halves of the block.
  const auto enable_port = static_cast<std::uint16_t>(port + fadt.read<std::uint8_t>(kEventLength) / 2);
  port_out<std::uint16_t>(enable_port, 0);
  port_out<std::uint16_t>(port, kAllEvents);  // writing ones clears
  route_legacy_line(rsdp, fadt.read<std::uint8_t>(kSystemInterrupt), static_cast<unsigned>(Event::shutdown));
  port_out<std::uint16_t>(enable_port, kButton);
  return true;
}

}  // namespace wick::hv
