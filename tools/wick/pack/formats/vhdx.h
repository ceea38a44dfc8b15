// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Structures of a VHDX file (MS-VHDX, section 2), as a file without a parent and with an empty log has them.

#include <algorithm>
#include <array>
#include <string_view>

#include "base/stored.h"
#include "pack/identity.h"

namespace wick::tool::vhdx {

/// Its first three fields are little-endian, unlike those of a Uuid.
struct Guid {
  Little32 first = {};
  Little16 second = {}, third = {};
  std::array<std::uint8_t, 8> rest = {};
};
static_assert(sizeof(Guid) == 16);

constexpr Guid guid_of(const Uuid& uuid) {
  Guid guid;
  guid.first = static_cast<std::uint32_t>(uuid[0]) << 24 | uuid[1] << 16 | uuid[2] << 8 | uuid[3];
  guid.second = static_cast<std::uint16_t>(uuid[4] << 8 | uuid[5]);
  guid.third = static_cast<std::uint16_t>(uuid[6] << 8 | uuid[7]);
  std::ranges::copy(std::span(uuid).subspan(8), guid.rest.begin());
  return guid;
}

/// As the specification writes it.
consteval Guid guid(std::string_view text) {
  Uuid uuid = {};
  std::size_t digit = 0;
  for (const char c : text) {
    if (c == '-') continue;
    const int value = c <= '9' ? c - '0' : c - 'a' + 10;
    uuid[digit / 2] = static_cast<std::uint8_t>(uuid[digit / 2] << 4 | value);
    ++digit;
  }
  return guid_of(uuid);
}

/// Section 2.2.1.
struct FileIdentifier {
  std::array<char, 8> signature = {'v', 'h', 'd', 'x', 'f', 'i', 'l', 'e'};
  std::array<Little16, 256> creator = {};  // UTF-16
};
static_assert(sizeof(FileIdentifier) == 520);

constexpr std::uint64_t kTableBytes = 64 << 10;  ///< identifier, headers, region tables: each has that much room
constexpr std::size_t kHeaderBytes = 4096;       ///< that its checksum covers

/// Section 2.2.2. The valid one with the larger sequence number counts.
struct Header {
  std::array<char, 4> signature = {'h', 'e', 'a', 'd'};
  Little32 checksum = {};
  Little64 sequence = {};
  Guid file_write = {}, data_write = {}, log = {};  // no log: nothing to be replayed
  Little16 log_version = {}, version = 1;
  Little32 log_length = {};
  Little64 log_offset = {};
};
static_assert(sizeof(Header) == 80);

/// Section 2.2.3.
struct RegionEntry {
  Guid id = {};
  Little64 offset = {};
  Little32 length = {}, required = {};
};
static_assert(sizeof(RegionEntry) == 32);

constexpr Guid kBatRegion = guid("2dc27766-f623-4200-9d64-115e9bfd4a08");
constexpr Guid kMetadataRegion = guid("8b7ca206-4790-4b9a-b8fe-575f050f886e");

struct RegionTable {
  std::array<char, 4> signature = {'r', 'e', 'g', 'i'};
  Little32 checksum = {}, entry_count = 2, reserved = {};
  std::array<RegionEntry, 2> entries = {};
};
static_assert(sizeof(RegionTable) == 80);

/// Section 2.5.1.1: a block that is there as a whole.
constexpr std::uint64_t kFullyPresent = 6;

/// What section 2.6.2 asks for, one behind the other.
struct Metadata {
  Little32 block_size = {}, block_flags = {};  // neither fixed nor with a parent
  Little64 disk_bytes = {};
  Guid disk_id = {};
  Little32 logical_sector = {}, physical_sector = {};
};
static_assert(sizeof(Metadata) == 40);

/// Section 2.6.1.2.
struct MetadataEntry {
  Guid item = {};
  Little32 offset = {}, length = {}, flags = {}, reserved = {};
};
static_assert(sizeof(MetadataEntry) == 32);

constexpr std::uint32_t kOfDisk = 2, kRequired = 4;

constexpr MetadataEntry entry(const Guid& item, std::size_t offset, std::size_t length, std::uint32_t flags) {
  return {item, static_cast<std::uint32_t>(kTableBytes + offset), static_cast<std::uint32_t>(length), flags, 0u};
}

struct MetadataTable {
  std::array<char, 8> signature = {'m', 'e', 't', 'a', 'd', 'a', 't', 'a'};
  Little16 reserved = {}, entry_count = 5;
  std::array<Little32, 5> reserved2 = {};
  std::array<MetadataEntry, 5> entries = {
      entry(guid("caa16737-fa36-4d43-b3b6-33f0aa44e76b"), 0, 8, kRequired),
      entry(guid("2fa54224-cd1b-4876-b211-5dbed83bf4b8"), 8, 8, kRequired | kOfDisk),
      entry(guid("beca12ab-b2e6-4523-93ef-c309e000c746"), 16, 16, kRequired | kOfDisk),
      entry(guid("8141bf1d-a96f-4709-ba47-f233a8faab5f"), 32, 4, kRequired | kOfDisk),
      entry(guid("cda348c7-445d-4471-9cc9-e9885251c556"), 36, 4, kRequired | kOfDisk)};
};
static_assert(sizeof(MetadataTable) == 32 + 5 * 32);

}  // namespace wick::tool::vhdx
