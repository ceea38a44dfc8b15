// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See partitions.h. What is read may be anything: only a table whose checksums are right counts.

#include "fs/partitions.h"

#include <cstring>

#include "abi/host/checksum.h"
#include "boot/payload/gpt.h"

namespace wick::fs {
namespace {

using boot::GptEntry;
using boot::GptHeader;
using boot::kSectorBytes;

std::uint32_t add_to_sum(const void* bytes, std::size_t count, std::uint32_t sum) {
  return checksum::add<checksum::kCrc32>(std::span(static_cast<const std::uint8_t*>(bytes), count), sum);
}

bool read(Volume& disk, std::uint64_t sector, void* to, std::size_t bytes) {
  return disk.read(to, bytes, sector * kSectorBytes) == static_cast<Outcome>(bytes);
}

bool is_named(const GptEntry& entry, const PartType& type, std::string_view name) {
  if (std::memcmp(entry.type, type, sizeof entry.type) != 0) return false;
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
  return header.signature == boot::kGptSignature && header.header_bytes == sizeof header && header.own == at &&
         header.entry_bytes == sizeof(GptEntry) && header.entries <= boot::kGptEntries &&
         ~add_to_sum(&header, sizeof header, ~0u) == said;
}

/// Reads many entries with a request, as boots wait for each, and no more than a small stack has room for. @return
/// whether all of it could be read
template <typename Visit>
bool each_entry(Volume& disk, const GptHeader& header, Visit visit) {
  constexpr std::uint32_t kAtOnce = 2048 / sizeof(GptEntry);
  GptEntry some[kAtOnce];
  for (std::uint32_t first = 0; first < header.entries; first += kAtOnce) {
    const std::uint32_t count = header.entries - first < kAtOnce ? header.entries - first : kAtOnce;
    const std::uint64_t at = header.entries_at * kSectorBytes + first * sizeof(GptEntry);
    if (disk.read(some, count * sizeof(GptEntry), at) != static_cast<Outcome>(count * sizeof(GptEntry))) return false;
    for (std::uint32_t i = 0; i < count; ++i) visit(first + i, some[i]);
  }
  return true;
}

/// Where the table has what a wish is about.
struct Place {
  std::uint32_t number;
  std::uint64_t first, last;
};

/// Whether each of these partitions shares no sector with the tables or with any other partition.
bool stand_alone(Volume& disk, const GptHeader& header, std::span<const Place> places) {
  bool alone = true;
  for (const Place& at : places)
    alone &= at.first <= at.last && at.first >= header.first_usable && at.last <= header.last_usable;
  const bool whole = each_entry(disk, header, [&](std::uint32_t i, const GptEntry& entry) {
    for (const Place& at : places)
      if (i != at.number && entry.first != 0 && entry.first <= at.last && entry.last >= at.first) alone = false;
  });
  return whole && alone;
}

/// @return whether the table at `at` is whole and names all partitions
bool look_in_table(Volume& disk, std::uint64_t at, std::span<const PartWish> wishes) {
  GptHeader header;
  if (wishes.size() > kMostWishes || !read_header(disk, at, header)) return false;
  std::uint32_t sum = ~0u;
  Place places[kMostWishes];
  for (Place& place : places) place.number = header.entries;
  const bool whole = each_entry(disk, header, [&](std::uint32_t i, const GptEntry& entry) {
    sum = add_to_sum(&entry, sizeof entry, sum);
    for (std::size_t w = 0; w < wishes.size(); w++)
      if (places[w].number == header.entries && is_named(entry, wishes[w].type, wishes[w].name))
        places[w] = {i, entry.first, entry.last};
  });
  if (!whole || ~sum != header.entries_checksum) return false;
  for (std::size_t w = 0; w < wishes.size(); w++) {
    if (places[w].number == header.entries) return false;
    wishes[w].part = {places[w].first, places[w].last - places[w].first + 1};
  }
  return stand_alone(disk, header, {places, wishes.size()});
}

}  // namespace

bool find_partitions(Volume& disk, std::span<const PartWish> wishes) {
  const std::uint64_t sectors = disk.size() / kSectorBytes, unit = disk.block_size() / kSectorBytes;
  if (sectors < 2 || (!look_in_table(disk, 1, wishes) && !look_in_table(disk, sectors - 1, wishes))) return false;
  bool fine = true;
  for (const auto& [type, name, part] : wishes)
    fine &= part.sectors != 0 && part.first < sectors && part.sectors <= sectors - part.first && part.first % unit == 0;
  return fine;
}

bool read_identity(Volume& disk, std::uint8_t (&identity)[16]) {
  const std::uint64_t sectors = disk.size() / kSectorBytes;
  GptHeader header;
  if (sectors < 2 || (!read_header(disk, 1, header) && !read_header(disk, sectors - 1, header))) return false;
  std::memcpy(identity, header.disk, sizeof identity);
  return true;
}

}  // namespace wick::fs
