// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// ACPI's description tables, as firmware left them in memory: found by signature, mapped page by page as they are
// needed, read with a check of their length.

#include <string_view>

#include "abi/types.h"

namespace wick::hv {

class AcpiTable {
 public:
  constexpr AcpiTable() = default;  ///< no table
  /// Maps the table at `start`. Stays no table when that fails.
  explicit AcpiTable(Gpa start);

  explicit operator bool() const { return length_ != 0; }
  std::uint32_t length() const { return length_; }
  const std::uint8_t* bytes() const { return reinterpret_cast<const std::uint8_t*>(start_); }

  /// The field at `offset`; zero when the table is too old, and so too short, to have it.
  template <typename T>
  T read(std::uint32_t offset) const {
    T value{};
    if (offset + sizeof(T) <= length_) __builtin_memcpy(&value, bytes() + offset, sizeof value);
    return value;
  }

  /// Calls `visit(offset, type)` for the entries from `offset` on, each of which starts with its type and its length,
  /// of one byte or two each, until it returns true.
  template <typename Word, typename Visit>
  void each_entry(std::uint32_t offset, Visit visit) const {
    while (offset + 2 * sizeof(Word) <= length_) {
      const Word size = read<Word>(offset + sizeof(Word));
      if (size < 2 * sizeof(Word) || size > length_ - offset || visit(offset, read<Word>(offset))) return;
      offset += size;
    }
  }

 private:
  std::uint64_t start_ = 0;
  std::uint32_t length_ = 0;
};

/// @param rsdp ACPI's root pointer, 0 when there is none  @return no table when there is none with this signature
AcpiTable find_acpi_table(Gpa rsdp, std::string_view signature);

}  // namespace wick::hv
