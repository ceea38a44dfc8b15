// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See partitions.h. What is read may be anything: only a table whose checksums are right counts.

#include "fs/partitions.h"

#include <cstring>

#include "boot/payload/gpt.h"

namespace wick::fs {
namespace {

using boot::GptEntry;
using boot::GptHeader;
using boot::kSectorBytes;

/// What four bits add to a CRC-32.
constexpr struct Table {
  std::uint32_t of[16];
  constexpr Table() : of{} {
    for (std::uint32_t i = 0; i < 16; ++i) {
      of[i] = i;
      for (int bit = 0; bit < 4; ++bit) of[i] = (of[i] >> 1) ^ (of[i] & 1 ? 0xedb88320 : 0);
    }
  }
} kTable;

/// CRC-32 (IEEE 802.3), four bits at a time.
class Crc32 {
 public:
  void add(const void* bytes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      value_ ^= static_cast<const std::uint8_t*>(bytes)[i];
      for (int half = 0; half < 2; ++half) value_ = (value_ >> 4) ^ kTable.of[value_ & 15];
    }
  }
  std::uint32_t value() const { return ~value_; }

 private:
  std::uint32_t value_ = ~0u;
};

bool read(Volume& disk, std::uint64_t sector, void* to, std::size_t bytes) {
  return disk.read(to, bytes, sector * kSectorBytes) == static_cast<Outcome>(bytes);
}

bool is_named(const GptEntry& entry, std::string_view name) {
  if (std::memcmp(entry.type, boot::kVolumeType, sizeof entry.type) != 0) return false;
  constexpr std::size_t kMost = sizeof entry.name / sizeof entry.name[0];
  if (name.empty() || name.size() > kMost || (name.size() < kMost && entry.name[name.size()] != 0)) return false;
  for (std::size_t i = 0; i < name.size(); ++i)
    if (entry.name[i] != static_cast<unsigned char>(name[i])) return false;
  return true;
}

bool read_header(Volume& disk, std::uint64_t at, GptHeader& header) {
  if (!read(disk, at, &header, sizeof header)) return false;
  const std::uint32_t said = header.checksum;
  header.checksum = 0;
  Crc32 sum;
  sum.add(&header, sizeof header);
  return header.signature == boot::kGptSignature && header.header_bytes == sizeof header && header.own == at &&
         header.entry_bytes == sizeof(GptEntry) && header.entries <= boot::kGptEntries && sum.value() == said;
}

bool read_entry(Volume& disk, const GptHeader& header, std::uint32_t number, GptEntry& entry) {
  const std::uint64_t at = header.entries_at * kSectorBytes + number * sizeof entry;
  return disk.read(&entry, sizeof entry, at) == static_cast<Outcome>(sizeof entry);
}

/// Whether the partition of that number shares no sector with the tables or with another one.
bool stands_alone(Volume& disk, const GptHeader& header, std::uint32_t number, const GptEntry& wanted) {
  if (wanted.first > wanted.last || wanted.first < header.first_usable || wanted.last > header.last_usable)
    return false;
  for (std::uint32_t i = 0; i < header.entries; ++i) {
    GptEntry entry;
    if (!read_entry(disk, header, i, entry)) return false;
    if (i != number && entry.first != 0 && entry.first <= wanted.last && entry.last >= wanted.first) return false;
  }
  return true;
}

/// @return whether the table at `at` is whole and names the partition
bool look_in_table(Volume& disk, std::uint64_t at, std::string_view name, Part& part) {
  GptHeader header;
  if (!read_header(disk, at, header)) return false;
  Crc32 sum;
  GptEntry wanted{};
  std::uint32_t number = header.entries;
  for (std::uint32_t i = 0; i < header.entries; ++i) {
    GptEntry entry;
    if (!read_entry(disk, header, i, entry)) return false;
    sum.add(&entry, sizeof entry);
    if (number != header.entries || !is_named(entry, name)) continue;
    wanted = entry;
    number = i;
  }
  if (number == header.entries || sum.value() != header.entries_checksum) return false;
  part = {wanted.first, wanted.last - wanted.first + 1};
  return stands_alone(disk, header, number, wanted);
}

}  // namespace

bool find_partition(Volume& disk, std::string_view name, Part& part) {
  const std::uint64_t sectors = disk.size() / kSectorBytes, unit = disk.block_size() / kSectorBytes;
  if (sectors < 2) return false;
  if (!look_in_table(disk, 1, name, part) && !look_in_table(disk, sectors - 1, name, part)) return false;
  return part.sectors != 0 && part.first < sectors && part.sectors <= sectors - part.first && part.first % unit == 0;
}

}  // namespace wick::fs
