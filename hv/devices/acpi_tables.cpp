// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// RSDP, XSDT or RSDT (ACPI 6.4, §5.2.5 to §5.2.8).

#include "devices/acpi_tables.h"

#include "arch/paging.h"

namespace wick::hv {
namespace {

constexpr std::uint32_t kHeaderBytes = 36, kLengthInHeader = 4, kRsdpBytes = 36;
constexpr unsigned kRevisionInRsdp = 15, kRsdtInRsdp = 16, kXsdtInRsdp = 24;

template <typename T>
T word(std::uint64_t address) {
  T value;
  __builtin_memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
  return value;
}

bool reach(std::uint64_t address, std::uint64_t length) {
  const std::uint64_t first = address & ~7ull;
  for (std::uint64_t at = first; at < address + length; at = (at | 4095) + 1)
    if (!is_mapped(Gpa{at}) && !map_memory(Gpa{at & ~4095ull}, 4096, Rights::read)) return false;
  return true;
}

}  // namespace

AcpiTable::AcpiTable(Gpa start) {
  if (!raw(start) || !reach(raw(start), kHeaderBytes)) return;
  const auto length = word<std::uint32_t>(raw(start) + kLengthInHeader);
  if (length < kHeaderBytes || !reach(raw(start), length)) return;
  start_ = raw(start);
  length_ = length;
}

AcpiTable find_acpi_table(Gpa rsdp, std::string_view signature) {
  if (!raw(rsdp) || !reach(raw(rsdp), kRsdpBytes)) return {};
  const bool has_xsdt = word<std::uint8_t>(raw(rsdp) + kRevisionInRsdp) >= 2;
  const std::uint64_t xsdt = has_xsdt ? word<std::uint64_t>(raw(rsdp) + kXsdtInRsdp) : 0;
  const AcpiTable root(Gpa{xsdt ? xsdt : word<std::uint32_t>(raw(rsdp) + kRsdtInRsdp)});
  const std::uint32_t entry = xsdt ? 8 : 4;
  for (std::uint32_t at = kHeaderBytes; at + entry <= root.length(); at += entry) {
    const AcpiTable table(Gpa{xsdt ? root.read<std::uint64_t>(at) : root.read<std::uint32_t>(at)});
    if (table && table.signature() == signature) return table;
  }
  return {};
}

}  // namespace wick::hv
