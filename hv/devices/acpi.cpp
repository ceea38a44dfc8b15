// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The FADT (ACPI 6.4 §5.2.9) and the one AML object \_S5, found by its byte pattern (§7.4.2).

#include "devices/acpi.h"

#include "arch/instructions.h"
#include "arch/paging.h"
#include "devices/acpi_tables.h"

namespace wick::hv {
namespace {

constexpr unsigned kHeaderBytes = 36;
constexpr unsigned kDsdtInFadt = 40, kControlInFadt = 64, kControlBInFadt = 68, kFlagsInFadt = 112;
constexpr unsigned kResetSpaceInFadt = 116, kResetAddressInFadt = 120, kResetValueInFadt = 128, kLongDsdtInFadt = 140;
constexpr std::uint32_t kHasReset = 1u << 10;
constexpr std::uint8_t kMemorySpace = 0, kPortSpace = 1;  // §5.2.3.2
constexpr std::uint16_t kSleepEnable = 1u << 13;
constexpr std::uint8_t kNameOp = 0x08, kPackageOp = 0x12, kBytePrefix = 0x0a;

/// An integer of a package: a constant opcode 0 or 1, or a byte behind its prefix.
std::uint16_t package_byte(const std::uint8_t*& at) {
  if (*at == kBytePrefix) ++at;
  return *at++ & 7;
}

/// Sleep types out of `Name (_S5, Package () { a, b, ... })`.
bool read_sleep_type(const AcpiTable& dsdt, SoftOff& off) {
  const std::uint8_t* start = dsdt.bytes();
  for (std::uint32_t i = kHeaderBytes + 1; i + 12 < dsdt.length(); ++i) {
    if (__builtin_memcmp(start + i, "_S5_", 4) != 0 || start[i + 4] != kPackageOp) continue;
    if (start[i - 1] != kNameOp && start[i - 2] != kNameOp) continue;
    const std::uint8_t* at = start + i + 5;
    at += 1 + (*at >> 6) + 1;  // package length (§20.2.4), element count
    off.value_a = static_cast<std::uint16_t>(package_byte(at) << 10 | kSleepEnable);
    off.value_b = static_cast<std::uint16_t>(package_byte(at) << 10 | kSleepEnable);
    return true;
  }
  return false;
}

}  // namespace

std::optional<SoftOff> find_soft_off(Gpa rsdp) {
  const AcpiTable fadt = find_acpi_table(rsdp, "FACP");
  SoftOff off{.port_a = fadt.read<std::uint16_t>(kControlInFadt), .port_b = fadt.read<std::uint16_t>(kControlBInFadt)};
  const std::uint64_t dsdt = fadt.read<std::uint32_t>(kDsdtInFadt);
  const AcpiTable code(Gpa{dsdt ? dsdt : fadt.read<std::uint64_t>(kLongDsdtInFadt)});
  return off.port_a && read_sleep_type(code, off) ? std::optional(off) : std::nullopt;
}

void acpi_power_off(Gpa rsdp) {
  const auto off = find_soft_off(rsdp);
  if (!off) return;
  port_out<std::uint16_t>(off->port_a, off->value_a);
  if (off->port_b) port_out<std::uint16_t>(off->port_b, off->value_b);
}

void acpi_reset(Gpa rsdp) {
  const AcpiTable fadt = find_acpi_table(rsdp, "FACP");
  if (!(fadt.read<std::uint32_t>(kFlagsInFadt) & kHasReset)) return;
  const auto address = fadt.read<std::uint64_t>(kResetAddressInFadt);
  const auto value = fadt.read<std::uint8_t>(kResetValueInFadt);
  const auto space = fadt.read<std::uint8_t>(kResetSpaceInFadt);
  if (space == kPortSpace) port_out<std::uint8_t>(static_cast<std::uint16_t>(address), value);
  if (space == kMemorySpace && map_device(Gpa{address}, 1)) *reinterpret_cast<volatile std::uint8_t*>(address) = value;
}

}  // namespace wick::hv
