// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "devices/interrupt_wiring.h"

#include "arch/apic.h"
#include "devices/acpi_tables.h"

namespace wick::hv {
namespace {

constexpr std::uint32_t kEntriesInMadt = 44;
constexpr std::uint8_t kOverride = 2;
// §5.2.12.5: offsets in an override, and the low bits of its flags.
constexpr unsigned kLine = 3, kGlobalInterrupt = 4, kFlags = 8;
constexpr std::uint16_t kPolarityMask = 3, kActiveLow = 3;

}  // namespace

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

}  // namespace wick::hv
