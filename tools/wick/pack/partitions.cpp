// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/partitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "abi/host/checksum.h"
#include "boot/payload/gpt.h"

namespace wick::tool {
namespace {

using boot::GptEntry;
using boot::GptHeader;
using boot::kSectorBytes;

constexpr std::uint64_t kAlignment = 4096 / kSectorBytes;
// SeaBIOS 1.16 reads the first sector by cylinder, head and sector: a disk that hasn't got one whole cylinder has none.
constexpr std::uint64_t kFewestSectors = 16 * 63;
constexpr std::uint64_t kTableSectors = 1 + boot::kGptEntrySectors;  // one of the two tables
static_assert(kFirstPartition > kTableSectors && kFirstPartition % kAlignment == 0);

/// The record that tells tools of older days that the disk is taken (§5.2.3).
struct [[gnu::packed]] ProtectiveMbr {
  char code[440];
  std::uint32_t signature;
  std::uint16_t unknown;
  struct [[gnu::packed]] Record {
    std::uint8_t boot, first_head, first_sector, first_track, type, last_head, last_sector, last_track;
    std::uint32_t first, sectors;
  } records[4];
  std::uint16_t mark;
};
static_assert(sizeof(ProtectiveMbr) == kSectorBytes);

constexpr std::uint8_t kProtective = 0xee;
constexpr Guid kUnused = {};

template <typename T>
std::string_view raw_of(const T& object) {
  return {reinterpret_cast<const char*>(&object), sizeof object};
}

std::string padded(std::string_view text, std::size_t size) {
  std::string out(text);
  out.resize(size);
  return out;
}

ProtectiveMbr protective_mbr(std::uint64_t sectors, std::string_view code) {
  ProtectiveMbr mbr{};
  std::memcpy(mbr.code, code.data(), code.size());

  mbr.records[0] = {0,    0,    2,    0, kProtective,
                    0xff, 0xff, 0xff, 1, static_cast<std::uint32_t>(std::min<std::uint64_t>(sectors - 1, 0xffffffff))};
  mbr.mark = 0xaa55;
  return mbr;
}

std::string entries_of(const std::vector<Partition>& partitions, const Guid& disk) {
  std::string text;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const Partition& partition = partitions[i];
    GptEntry entry{};
    std::ranges::copy(partition.type, entry.type);
    std::ranges::copy(disk, entry.unique);
    entry.unique[15] ^= static_cast<std::uint8_t>(i + 1);
    entry.first = partition.first;
    entry.last = partition.first + partition.sectors - 1;
    std::ranges::copy(partition.name, entry.name);
    text += raw_of(entry);
  }
  return padded(text, boot::kGptEntries * sizeof(GptEntry));
}

std::string header_of(std::uint64_t own, std::uint64_t entries_at, std::uint64_t sectors, const Guid& disk,
                      std::string_view entries) {
  GptHeader header{};
  header.signature = boot::kGptSignature;
  header.revision = boot::kGptRevision;
  header.header_bytes = sizeof header;
  header.own = own;
  header.other = sectors - own;  // the first is in sector 1, the second in the last one
  header.first_usable = 1 + kTableSectors;
  header.last_usable = sectors - 1 - kTableSectors;
  std::ranges::copy(disk, header.disk);
  header.entries_at = entries_at;
  header.entries = boot::kGptEntries;
  header.entry_bytes = sizeof(GptEntry);
  header.entries_checksum = crc32(entries);
  header.checksum = crc32(raw_of(header));
  return padded(raw_of(header), kSectorBytes);
}

/// As a boot stage takes a table (boot/payload/load.cpp), and by its entries' checksum besides.
/// @return none: there is no whole one at this sector
Result<std::optional<std::vector<Partition>>> read_table(const RawDisk& disk, std::uint64_t at) {
  GptHeader header;
  if (auto read = disk.read_all(at * kSectorBytes, std::as_writable_bytes(std::span(&header, 1))); !read)
    return std::unexpected(read.error());
  const std::uint32_t said = header.checksum;
  header.checksum = 0;
  if (header.signature != boot::kGptSignature || header.header_bytes != sizeof header || header.own != at ||
      header.entry_bytes != sizeof(GptEntry) || header.entries > boot::kGptEntries || crc32(raw_of(header)) != said ||
      header.entries_at > disk.sectors() || boot::kGptEntrySectors > disk.sectors() - header.entries_at)
    return std::nullopt;
  std::vector<GptEntry> entries(header.entries);
  const auto bytes = std::as_writable_bytes(std::span(entries));
  if (auto read = disk.read_all(header.entries_at * kSectorBytes, bytes); !read) return std::unexpected(read.error());
  if (crc32({reinterpret_cast<const char*>(entries.data()), bytes.size()}) != header.entries_checksum)
    return std::nullopt;
  std::vector<Partition> partitions;
  for (const GptEntry& entry : entries) {
    if (std::to_array(entry.type) == kUnused || entry.first > entry.last || entry.last >= disk.sectors()) continue;
    Partition partition{
        .name = {}, .type = std::to_array(entry.type), .sectors = entry.last - entry.first + 1, .first = entry.first};
    for (const char16_t letter : entry.name)
      if (letter) partition.name += letter > ' ' && letter <= '~' ? static_cast<char>(letter) : '?';
    partitions.push_back(std::move(partition));
  }
  return partitions;
}

}  // namespace

std::uint64_t lay_out(std::vector<Partition>& partitions) {
  std::uint64_t next = kFirstPartition;
  for (Partition& partition : partitions) {
    partition.first = (next + kAlignment - 1) / kAlignment * kAlignment;
    next = partition.first + partition.sectors;
  }
  return std::max(kFewestSectors, (next + kTableSectors + kAlignment - 1) / kAlignment * kAlignment);
}

Tables partition_tables(const std::vector<Partition>& partitions, std::uint64_t sectors, const Guid& disk,
                        std::string_view code) {
  const std::string entries = entries_of(partitions, disk);
  Tables tables;
  tables.first = raw_of(protective_mbr(sectors, code));
  tables.first += header_of(1, 2, sectors, disk, entries) + entries;
  tables.second = entries + header_of(sectors - 1, sectors - kTableSectors, sectors, disk, entries);
  return tables;
}

Result<std::vector<Partition>> read_partitions(const RawDisk& disk) {
  for (const std::uint64_t at : {std::uint64_t{1}, disk.sectors() - 1}) {
    if (at >= disk.sectors()) continue;
    auto table = read_table(disk, at);
    if (!table) return std::unexpected(table.error());
    if (*table) return **table;
  }
  return fail(fmt::format("{} has no GUID partition table.", disk.path().string()), "name a disk of `wick pack`.");
}

}  // namespace wick::tool
