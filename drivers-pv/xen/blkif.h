// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a disk's front and back end say to each other (Xen public/io/blkif.h), in the layout of 64-bit processors. A
// sector is 512 bytes, whatever the disk's blocks are.

#include <cstddef>
#include <cstdint>

namespace wick::drivers::xen {

enum class DiskOperation : std::uint8_t { read = 0, write = 1, flush = 3, discard = 5, indirect = 6 };

/// A piece of one page.
struct DiskSegment {
  std::uint32_t grant;
  std::uint8_t first_sector, last_sector;  ///< within the page, both inclusive
  std::uint16_t padding;
};
static_assert(sizeof(DiskSegment) == 8);

inline constexpr unsigned kDirectSegments = 11;

/// Read, write and flush.
struct DiskRequest {
  DiskOperation operation;
  std::uint8_t segments;
  std::uint16_t handle;
  std::uint32_t padding;
  std::uint64_t id;
  std::uint64_t sector;
  DiskSegment segment[kDirectSegments];
};
static_assert(offsetof(DiskRequest, id) == 8 && offsetof(DiskRequest, segment) == 24);
static_assert(sizeof(DiskRequest) == 112);

/// A read or write of more segments than that: they stand in a page of their own.
struct DiskIndirectRequest {
  DiskOperation operation, what;  ///< indirect, and what it is, which the response has
  std::uint16_t segments;
  std::uint32_t padding;
  std::uint64_t id, sector;
  std::uint16_t handle, padding2;
  std::uint32_t list, more_lists[7]{};  ///< grants of pages of DiskSegment
};
static_assert(offsetof(DiskIndirectRequest, sector) == 16 && offsetof(DiskIndirectRequest, list) == 28);
static_assert(sizeof(DiskIndirectRequest) == 64);

/// Discard: the same bytes, but for what stands in the place of the segments.
inline constexpr std::size_t kDiscardSectorsOffset = offsetof(DiskRequest, segment);

struct DiskResponse {
  std::uint64_t id;
  DiskOperation operation;
  std::uint8_t padding;
  std::int16_t status;
  std::uint32_t padding2;
};
static_assert(offsetof(DiskResponse, status) == 10);
static_assert(sizeof(DiskResponse) == 16);

inline constexpr std::int16_t kDiskGood = 0, kDiskUnsupported = -2;

/// Bits of the store's node "info".
inline constexpr std::uint64_t kDiskReadOnly = 4;

}  // namespace wick::drivers::xen
