// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "devices/iommu/units.h"

#include <algorithm>

namespace wick::hv {
namespace {

constexpr std::uint32_t kEntriesInBoth = 48;

// §8.3
constexpr std::uint16_t kRemappingUnit = 0;
constexpr std::uint32_t kSegmentInDrhd = 6, kRegistersInDrhd = 8, kDrhdBytes = 16;

// §5.2.2.1: an entry starts with a byte of type and one of flags. Newer tables describe each unit up to three times.
constexpr std::uint8_t kBasic = 0x10, kExtended = 0x11, kExtendedByName = 0x40;
constexpr std::uint32_t kFlagsInIvhd = 1, kFunctionInIvhd = 4, kRegistersInIvhd = 8, kSegmentInIvhd = 16;

}  // namespace

IommuUnits read_dmar(const AcpiTable& dmar) {
  IommuUnits units;
  dmar.each_entry<std::uint16_t>(kEntriesInBoth, [&](std::uint32_t at, std::uint16_t type) {
    if (type == kRemappingUnit && dmar.read<std::uint16_t>(at + 2) >= kDrhdBytes)
      units.add(
          {Gpa{dmar.read<std::uint64_t>(at + kRegistersInDrhd)}, dmar.read<std::uint16_t>(at + kSegmentInDrhd), 0, 0});
    return false;
  });
  return units;
}

IommuUnits read_ivrs(const AcpiTable& ivrs) {
  IommuUnits units;
  ivrs.each_entry<std::uint16_t>(kEntriesInBoth, [&](std::uint32_t at, std::uint16_t type_and_flags) {
    const auto type = static_cast<std::uint8_t>(type_and_flags);
    if (type != kBasic && type != kExtended && type != kExtendedByName) return false;
    const Gpa registers{ivrs.read<std::uint64_t>(at + kRegistersInIvhd)};
    if (std::ranges::find(units, registers, &IommuUnit::registers) == units.end())
      units.add({registers, ivrs.read<std::uint16_t>(at + kSegmentInIvhd),
                 ivrs.read<std::uint16_t>(at + kFunctionInIvhd), ivrs.read<std::uint8_t>(at + kFlagsInIvhd)});
    return false;
  });
  return units;
}

}  // namespace wick::hv
