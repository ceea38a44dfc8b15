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

/// A signature as the number that its four letters make in memory.
std::uint32_t word_of(std::string_view signature) {
  return word<std::uint32_t>(reinterpret_cast<std::uint64_t>(signature.data()));
}

bool reach(std::uint64_t address, std::uint64_t length) {
  const std::uint64_t first = address & ~7ull;
  for (std::uint64_t at = first; at < address + length; at = (at | 4095) + 1)
    if (!is_mapped(Gpa{at}) && !map_memory(Gpa{at & ~(kPage - 1)}, kPage, Rights::read)) return false;
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
    // Only what is wanted gets mapped whole: firmware has many tables, and hv's page tables are few.
    const std::uint64_t start = xsdt ? root.read<std::uint64_t>(at) : root.read<std::uint32_t>(at);
    if (start && reach(start, kHeaderBytes) && word<std::uint32_t>(start) == word_of(signature))
      return AcpiTable(Gpa{start});
  }
  return {};
}

}  // namespace wick::hv
