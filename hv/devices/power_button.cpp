// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "devices/power_button.h"

#include "abi/event.h"
#include "arch/instructions.h"
#include "devices/acpi_tables.h"
#include "devices/interrupt_wiring.h"

namespace wick::hv {
namespace {

// ACPI 6.4 §5.2.9
constexpr unsigned kSystemInterrupt = 46, kCommandPort = 48, kEnableValue = 52, kEventPort = 56, kControlPort = 64;
constexpr unsigned kEventLength = 88;
// §4.8.3.1.1, §4.8.3.2.1
constexpr std::uint16_t kButton = 1u << 8, kAcpiMode = 1u << 0, kAllEvents = 0xffff;
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
