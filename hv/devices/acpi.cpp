// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// RSDP, RSDT, FADT and the one AML object \_S5, found by its byte pattern (ACPI 6.4 §5.2.5, §5.2.9, §7.4.2). The tables
// are mapped page by page as they are needed.

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

constexpr unsigned kRsdtInRsdp = 16, kDsdtInFadt = 40, kControlInFadt = 64, kControlBInFadt = 68;
constexpr std::uint16_t kSleepEnable = 1u << 13;
constexpr std::uint8_t kNameOp = 0x08, kPackageOp = 0x12, kBytePrefix = 0x0a;

struct SoftOff {
  std::uint16_t control_a = 0, control_b = 0, type_a = 0, type_b = 0;
};

std::uint32_t word32(std::uint64_t address) {
  std::uint32_t value;
  __builtin_memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
  return value;
}

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
    off.type_a = package_byte(at);
    off.type_b = package_byte(at);
    return true;
  }
  return false;
}

bool find_soft_off(Gpa rsdp, SoftOff& off) {
  if (!raw(rsdp) || !reach(raw(rsdp), 20)) return false;
  const std::uint64_t rsdt = word32(raw(rsdp) + kRsdtInRsdp);
  if (!reach_table(rsdt)) return false;
  for (std::uint64_t at = rsdt + sizeof(TableHeader); at + 4 <= rsdt + word32(rsdt + 4); at += 4) {
    const std::uint64_t table = word32(at);
    if (!reach_table(table) || !has_signature(table, "FACP")) continue;
    off.control_a = static_cast<std::uint16_t>(word32(table + kControlInFadt));
    off.control_b = static_cast<std::uint16_t>(word32(table + kControlBInFadt));
    const std::uint64_t dsdt = word32(table + kDsdtInFadt);
    return off.control_a && reach_table(dsdt) && read_sleep_type(dsdt, off);
  }
  return false;
}

}  // namespace


void acpi_power_off(Gpa rsdp) {
  SoftOff off;
  if (!find_soft_off(rsdp, off)) return;
  port_out<std::uint16_t>(off.control_a, static_cast<std::uint16_t>(off.type_a << 10 | kSleepEnable));
  if (off.control_b) port_out<std::uint16_t>(off.control_b, static_cast<std::uint16_t>(off.type_b << 10 | kSleepEnable));
}

}  // namespace wick::hv
