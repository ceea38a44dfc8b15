// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The few commands of SCSI that a disk is driven by, as bytes, and what its answers say (SPC-4 and SBC-3 of T10). Pure:
// every adapter carries the same bytes.

#include <array>
#include <cstdint>

#include "abi/types.h"

namespace wick::drivers::scsi {

using Cdb = std::array<std::uint8_t, 16>;

template <typename T>
constexpr void put(std::uint8_t* at, T value) {
  for (unsigned i = 0; i < sizeof(T); ++i) at[i] = static_cast<std::uint8_t>(value >> 8 * (sizeof(T) - 1 - i));
}

template <typename T>
constexpr T get(const std::uint8_t* at) {
  T value = 0;
  for (unsigned i = 0; i < sizeof(T); ++i) value = static_cast<T>(value << 8 | at[i]);
  return value;
}

/// How long a command is tells its first byte's upper three bits (SPC-4 §4.3.1).
constexpr std::uint8_t length_of(const Cdb& cdb) {
  constexpr std::uint8_t kLengths[] = {6, 10, 10, 16, 16, 12, 16, 16};
  return kLengths[cdb[0] >> 5];
}

constexpr Cdb test_unit_ready() { return {0x00}; }

/// What a target is (SPC-4 §6.4).
constexpr Cdb inquiry(std::uint8_t length) { return {0x12, 0, 0, 0, length}; }
constexpr bool is_disk(const std::uint8_t* inquiry) { return inquiry[0] == 0; }

/// One of the pages of facts: which bytes its data begins behind, and how many there are at most.
enum class Page : std::uint8_t { serial = 0x80, limits = 0xb0, provisioning = 0xb2 };
constexpr Cdb inquiry(Page page, std::uint8_t length) { return {0x12, 1, static_cast<std::uint8_t>(page), 0, length}; }
inline constexpr unsigned kPageHeader = 4;
constexpr unsigned page_length(const std::uint8_t* page) { return get<std::uint16_t>(page + 2); }
/// Page::limits: blocks that one UNMAP may name; 0: it can't.
constexpr std::uint32_t most_unmapped(const std::uint8_t* page) {
  return page_length(page) >= 20 ? get<std::uint32_t>(page + 20) : 0;
}
/// Page::provisioning: whether there is UNMAP.
constexpr bool can_unmap(const std::uint8_t* page) { return page_length(page) >= 2 && (page[5] & 0x80); }

/// READ CAPACITY(16) (SBC-3 §5.16).
constexpr Cdb read_capacity(std::uint8_t length) {
  Cdb cdb{0x9e, 0x10};
  cdb[13] = length;
  return cdb;
}
constexpr std::uint64_t last_block(const std::uint8_t* capacity) { return get<std::uint64_t>(capacity); }
constexpr std::uint32_t block_size(const std::uint8_t* capacity) { return get<std::uint32_t>(capacity + 8); }

/// MODE SENSE(6) of all pages, of which the header alone is read (SPC-4 §6.11 and §7.5.5).
constexpr Cdb mode_sense(std::uint8_t length) { return {0x1a, 0x08, 0x3f, 0, length}; }
constexpr bool is_write_protected(const std::uint8_t* mode) { return mode[2] & 0x80; }

constexpr Cdb transfer(bool write, std::uint64_t block, std::uint32_t blocks) {
  Cdb cdb{static_cast<std::uint8_t>(write ? 0x8a : 0x88)};
  put(&cdb[2], block);
  put(&cdb[10], blocks);
  return cdb;
}

constexpr bool is_transfer(const Cdb& cdb) { return cdb[0] == 0x88 || cdb[0] == 0x8a; }

/// SYNCHRONIZE CACHE(10), of the whole disk: QEMU's disks don't know the one of 16 bytes.
constexpr Cdb synchronize() { return {0x35}; }

/// UNMAP, whose list of one stretch goes as data (SBC-3 §5.28).
using UnmapList = std::array<std::uint8_t, 24>;
constexpr Cdb unmap() { return {0x42, 0, 0, 0, 0, 0, 0, 0, sizeof(UnmapList)}; }
constexpr UnmapList unmap_list(std::uint64_t block, std::uint32_t blocks) {
  UnmapList list{};
  put<std::uint16_t>(&list[0], sizeof(UnmapList) - 2);
  put<std::uint16_t>(&list[2], 16);
  put(&list[8], block);
  put(&list[16], blocks);
  return list;
}

inline constexpr std::uint8_t kGood = 0x00, kCheckCondition = 0x02, kBusy = 0x08, kTaskSetFull = 0x28;

/// Of sense data in either format (SPC-4 §4.5).
enum class Sense : std::uint8_t { none = 0, illegal_request = 5, unit_attention = 6, data_protect = 7 };
constexpr Sense sense_key(const std::uint8_t* sense) {
  const bool descriptors = (sense[0] & 0x7e) == 0x72;
  return Sense{static_cast<std::uint8_t>(sense[descriptors ? 1 : 2] & 0x0f)};
}

static_assert(length_of(transfer(false, 0, 1)) == 16 && length_of(unmap()) == 10 && length_of(inquiry(36)) == 6);

}  // namespace wick::drivers::scsi
