// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// RSDP, XSDT or RSDT, FADT and the one AML object \_S5, found by its byte pattern (ACPI 6.4 §5.2.5, §5.2.9, §7.4.2).
// The tables are mapped page by page as they are needed.

#include "devices/acpi.h"

#include "arch/instructions.h"
#include "arch/paging.h"

namespace wick::hv {
namespace {

struct TableHeader {
  char signature[4];
  std::uint32_t length;
  std::uint8_t rest[28];
};
static_assert(sizeof(TableHeader) == 36);

constexpr unsigned kRevisionInRsdp = 15, kRsdtInRsdp = 16, kXsdtInRsdp = 24;
constexpr unsigned kDsdtInFadt = 40, kControlInFadt = 64, kControlBInFadt = 68, kLongDsdtInFadt = 140;
constexpr std::uint16_t kSleepEnable = 1u << 13;
constexpr std::uint8_t kNameOp = 0x08, kPackageOp = 0x12, kBytePrefix = 0x0a;

template <typename T>
T word(std::uint64_t address) {
  T value;
  __builtin_memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
  return value;
}

std::uint32_t word32(std::uint64_t address) { return word<std::uint32_t>(address); }

bool reach(std::uint64_t address, std::uint64_t length) {
  const std::uint64_t first = address & ~7ull;
  for (std::uint64_t at = first; at < address + length; at = (at | 4095) + 1)
    if (!is_mapped(Gpa{at}) && !map_memory(Gpa{at & ~4095ull}, 4096, Rights::read)) return false;
  return true;
}

bool reach_table(std::uint64_t address) {
  return address && reach(address, sizeof(TableHeader)) && reach(address, word32(address + 4));
}

bool has_signature(std::uint64_t address, const char* signature) {
  return __builtin_memcmp(reinterpret_cast<const void*>(address), signature, 4) == 0;
}

/// An integer of a package: a constant opcode 0 or 1, or a byte behind its prefix.
std::uint16_t package_byte(const std::uint8_t*& at) {
  if (*at == kBytePrefix) ++at;
  return *at++ & 7;
}

/// Sleep types out of `Name (_S5, Package () { a, b, ... })`.
bool read_sleep_type(std::uint64_t dsdt, SoftOff& off) {
  const auto* start = reinterpret_cast<const std::uint8_t*>(dsdt);
  const std::uint32_t length = word32(dsdt + 4);
  for (std::uint32_t i = sizeof(TableHeader) + 1; i + 12 < length; ++i) {
    if (!has_signature(dsdt + i, "_S5_") || start[i + 4] != kPackageOp) continue;
    if (start[i - 1] != kNameOp && start[i - 2] != kNameOp) continue;
    const std::uint8_t* at = start + i + 5;
    at += 1 + (*at >> 6) + 1;  // package length (§20.2.4), element count
    off.value_a = static_cast<std::uint16_t>(package_byte(at) << 10 | kSleepEnable);
    off.value_b = static_cast<std::uint16_t>(package_byte(at) << 10 | kSleepEnable);
    return true;
  }
  return false;
}

/// Ports and description table out of the FADT.
bool read_fixed_description(std::uint64_t fadt, SoftOff& off) {
  off.port_a = word<std::uint16_t>(fadt + kControlInFadt);
  off.port_b = word<std::uint16_t>(fadt + kControlBInFadt);
  std::uint64_t dsdt = word32(fadt + kDsdtInFadt);
  if (!dsdt && word32(fadt + 4) >= kLongDsdtInFadt + 8) dsdt = word<std::uint64_t>(fadt + kLongDsdtInFadt);
  return off.port_a && reach_table(dsdt) && read_sleep_type(dsdt, off);
}

}  // namespace

bool find_soft_off(Gpa rsdp, SoftOff& off) {
  if (!raw(rsdp) || !reach(raw(rsdp), 36)) return false;
  const bool has_xsdt = word<std::uint8_t>(raw(rsdp) + kRevisionInRsdp) >= 2;
  const std::uint64_t xsdt = has_xsdt ? word<std::uint64_t>(raw(rsdp) + kXsdtInRsdp) : 0;
  const std::uint64_t root = xsdt ? xsdt : word32(raw(rsdp) + kRsdtInRsdp);
  const unsigned entry = xsdt ? 8 : 4;
  if (!reach_table(root)) return false;
  for (std::uint64_t at = root + sizeof(TableHeader); at + entry <= root + word32(root + 4); at += entry) {
    const std::uint64_t table = xsdt ? word<std::uint64_t>(at) : word32(at);
    if (reach_table(table) && has_signature(table, "FACP")) return read_fixed_description(table, off);
  }
  return false;
}

void acpi_power_off(Gpa rsdp) {
  SoftOff off;
  if (!find_soft_off(rsdp, off)) return;
  port_out<std::uint16_t>(off.port_a, off.value_a);
  if (off.port_b) port_out<std::uint16_t>(off.port_b, off.value_b);
}

}  // namespace wick::hv
