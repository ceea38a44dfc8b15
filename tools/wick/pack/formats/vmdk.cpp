// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A stream-optimized VMDK (VMware's "Virtual Disk Format 5.0"): grains of 64 KiB, each compressed and behind a marker
// that says whose it is, each table of grains behind those it names, the directory and a second header at the end.

#include "pack/formats/vmdk.h"

#include <fmt/format.h>

#include <cstring>
#include <vector>

#include "base/stored.h"
#include "pack/deflate.h"
#include "pack/formats/formats.h"
#include "pack/raw_disk.h"

namespace wick::tool {
namespace {

constexpr std::uint64_t kGrain = 64 * kKiB, kGrainSectors = kGrain / kSector;
constexpr std::uint64_t kTableEntries = 512;
constexpr std::uint64_t kDescriptorSectors = 20;
constexpr std::uint64_t kAtEnd = ~0ull;  ///< the second header says where the directory is

struct SparseExtentHeader {
  Little32 magic = 0x564d444b;  // "KDMV"
  Little32 version = 3;
  Little32 flags = 1 | 1 << 16 | 1 << 17;  // line ends can be tested, compressed grains, markers
  Little64 capacity;                       // sectors, as all that follows
  Little64 grain_size = kGrainSectors;
  Little64 descriptor_offset, descriptor_size;
  Little32 entries_per_table = kTableEntries;
  Little64 redundant_directory_offset;
  Little64 directory_offset = kAtEnd;
  Little64 overhead = kGrainSectors;
  std::uint8_t unclean_shutdown = 0;
  std::array<char, 4> line_ends = {'\n', ' ', '\r', '\n'};
  Little16 compression = 1;  // deflate
  std::array<std::byte, 433> padding = {};
};
static_assert(sizeof(SparseExtentHeader) == kSector);

struct GrainMarker {
  Little64 first_sector;
  Little32 bytes;
};
static_assert(sizeof(GrainMarker) == 12);

enum class Marker : std::uint32_t { end_of_stream, grain_table, grain_directory, footer };

struct MetadataMarker {
  Little64 sectors;
  Little32 bytes;  // 0: no grain
  Little32 type;
  std::array<std::byte, 496> padding = {};
};
static_assert(sizeof(MetadataMarker) == kSector);

std::string descriptor(std::uint64_t capacity, std::uint32_t content) {
  constexpr std::uint64_t kHeads = 255, kTrack = 63;
  return fmt::format(
      "# Disk DescriptorFile\nversion=1\nCID={:08x}\nparentCID=ffffffff\ncreateType=\"streamOptimized\"\n\n"
      "# Extent description\nRW {} SPARSE \"disk.vmdk\"\n\n"
      "# The Disk Data Base\n#DDB\n\n"
      "ddb.virtualHWVersion = \"7\"\nddb.geometry.cylinders = \"{}\"\nddb.geometry.heads = \"{}\"\n"
      "ddb.geometry.sectors = \"{}\"\nddb.adapterType = \"lsilogic\"\n",
      content, capacity, capacity / (kHeads * kTrack), kHeads, kTrack);
}

bool pad(OutputFile& file, std::uint64_t step = kSector) { return file.extend(round_up(file.bytes(), step)); }

bool append_marker(OutputFile& file, Marker type, std::uint64_t sectors) {
  return file.append(bytes_of(
      MetadataMarker{.sectors = sectors, .bytes = 0u, .type = static_cast<std::uint32_t>(type), .padding = {}}));
}

/// @return where the table begins, in sectors
std::uint32_t append_table(OutputFile& file, Marker type, std::span<const Little32> table) {
  append_marker(file, type, round_up(table.size_bytes(), kSector) / kSector);
  const std::uint64_t at = file.bytes() / kSector;
  file.append(std::as_bytes(table));
  pad(file);
  return static_cast<std::uint32_t>(at);
}

/// All grains that aren't zero, and their tables. Fills in the directory.
Result<void> append_grains(const RawDisk& disk, OutputFile& file, std::vector<Little32>& directory) {
  std::vector<Little32> table(kTableEntries);
  std::uint64_t current = directory.size();  // of the tables; none yet
  const auto end_table = [&] {
    if (current == directory.size()) return;
    directory[current] = append_table(file, Marker::grain_table, table);
    table.assign(kTableEntries, Little32());
  };
  const auto read = disk.each_used(kGrain, [&](std::uint64_t index, std::span<const std::byte> bytes) {
    if (index / kTableEntries != current) end_table();
    current = index / kTableEntries;
    table[index % kTableEntries] = static_cast<std::uint32_t>(file.bytes() / kSector);
    const std::vector<std::byte> grain = deflated(bytes);
    file.append(bytes_of(GrainMarker{index * kGrainSectors, static_cast<std::uint32_t>(grain.size())}));
    return file.append(grain) && pad(file);
  });
  if (read) end_table();
  return read;
}

}  // namespace

Result<void> append_vmdk(const RawDisk& disk, OutputFile& file) {
  auto digest = disk.digest();
  if (!digest) return std::unexpected(digest.error());
  std::uint32_t content;
  std::memcpy(&content, digest->data(), sizeof content);
  SparseExtentHeader header;
  header.capacity = vmdk_bytes(disk) / kSector;
  header.descriptor_offset = 1;
  header.descriptor_size = kDescriptorSectors;
  file.append(bytes_of(header));
  file.append(descriptor(header.capacity, content & 0x7fff'ffff));  // all ones would mean: none
  pad(file, kGrain);

  constexpr std::uint64_t kTableSectors = kGrainSectors * kTableEntries;
  std::vector<Little32> directory(round_up(header.capacity, kTableSectors) / kTableSectors);
  if (auto done = append_grains(disk, file, directory); !done) return done;
  if (file.bytes() / kSector > ~0u) return fail("A VMDK has no room for that much data.");  // sectors in 32 bits
  header.directory_offset = append_table(file, Marker::grain_directory, directory);
  append_marker(file, Marker::footer, 1);
  file.append(bytes_of(header));
  append_marker(file, Marker::end_of_stream, 0);
  return {};
}

std::uint64_t vmdk_bytes(const RawDisk& disk) { return round_up(disk.bytes(), kGrain); }

Result<void> write_vmdk(const RawDisk& disk, const fs::path& to, const VirtualMachine&) {
  auto file = OutputFile::create(to);
  if (!file) return std::unexpected(file.error());
  if (auto done = append_vmdk(disk, *file); !done) return done;
  return file->finish();
}

}  // namespace wick::tool
