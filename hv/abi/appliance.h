// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An appliance that runs itself on Linux is one file: the monitor's program, padding, the guest's image as an ELF file
// that begins at a multiple of 4096 (its pages are mapped from there), and this trailer at the very end. The builder
// writes it, the monitor and the tools find the guest by it.

#include "abi/types.h"

namespace wick {

inline constexpr std::uint64_t kApplianceMagic = 0x45474e4149434957;  // arbitrary, never changed

struct ApplianceTrailer {
  std::uint64_t guest_offset;  ///< bytes from the file's start; multiple of 4096
  std::uint64_t guest_length;
  std::uint32_t guest_checksum;  ///< CRC-32C (RFC 3720, B.4) of these bytes
  std::uint32_t version;         ///< 1
  std::uint64_t magic;
};
static_assert(sizeof(ApplianceTrailer) == 32);
static_assert(offsetof(ApplianceTrailer, magic) == 24);

/// Pages that the monitor puts behind the image, at the front of what is left: five that the guest reads, event, crash
/// and six device pages, one of vectors and one for their stack.
inline constexpr std::uint64_t kMonitorPages = 5 + 8 + 2;

/// Bytes of the tables behind them that a virtual processor walks, none for wall `process`: descriptors, two upper
/// tables, a directory for each GiB, and 48 tables of small pages for the image, ends of regions and what seal()
/// splits.
constexpr std::uint64_t monitor_tables_length(std::uint64_t memory) {
  constexpr std::uint64_t kGib = 1 << 30;
  const std::uint64_t splits = memory >> 25 < 48 ? memory >> 25 : 48;  // of large pages, beside some that are for all
  return kPage * (1 + 2 + (memory + kGib - 1) / kGib + 48 + splits);
}

}  // namespace wick
