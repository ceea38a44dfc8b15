// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A dynamic VHDX (MS-VHDX): identifier, two headers and two region tables in the first MiB, an empty log, metadata, the
// table of blocks (BAT), and the blocks that aren't zero, a MiB each.

#include "pack/formats/vhdx.h"

#include <algorithm>
#include <vector>

#include "abi/host/checksum.h"
#include "base/stored.h"
#include "pack/formats/formats.h"
#include "pack/identity.h"
#include "pack/raw_disk.h"

namespace wick::tool {
namespace {

using namespace vhdx;

constexpr std::uint64_t kBlock = kMiB;
constexpr std::uint64_t kLogAt = kMiB, kMetadataAt = 2 * kMiB, kBatAt = 3 * kMiB, kRegion = kMiB;
/// Section 2.5.1: after that many blocks the table has an entry for a bitmap, which disks without a parent leave empty.
constexpr std::uint64_t kChunkRatio = (1ull << 23) * kSector / kBlock;
constexpr std::uint64_t kMostBytes = 64ull << 40;

std::uint64_t bat_index(std::uint64_t block) { return block + block / kChunkRatio; }

/// CRC-32C of a structure with its own field at zero, over the whole of what the specification gives it.
template <typename T>
std::uint32_t checksum(const T& wire, std::size_t whole) {
  std::vector<std::uint8_t> bytes(whole);
  std::ranges::copy(std::span(reinterpret_cast<const std::uint8_t*>(&wire), sizeof wire), bytes.begin());
  return crc32c(bytes);
}

void append_headers(OutputFile& file, const Digest& digest) {
  FileIdentifier identifier;
  file.append(bytes_of(identifier));
  for (std::uint64_t sequence = 0; sequence < 2; ++sequence) {
    Header header;
    header.sequence = sequence;
    header.file_write = guid_of(uuid_of(digest, "vhdx file"));
    header.data_write = guid_of(uuid_of(digest, "vhdx data"));
    header.log_length = kRegion;
    header.log_offset = kLogAt;
    header.checksum = checksum(header, kHeaderBytes);
    file.extend((sequence + 1) * kTableBytes);
    file.append(bytes_of(header));
  }
}

void append_regions(OutputFile& file, std::uint64_t bat_bytes) {
  RegionTable table;
  table.entries[0] = {kBatRegion, kBatAt, static_cast<std::uint32_t>(bat_bytes), 1u};
  table.entries[1] = {kMetadataRegion, kMetadataAt, static_cast<std::uint32_t>(kRegion), 1u};
  table.checksum = checksum(table, kTableBytes);
  for (std::uint64_t copy : {3, 4}) {
    file.extend(copy * kTableBytes);
    file.append(bytes_of(table));
  }
}

void append_metadata(OutputFile& file, const RawDisk& disk, const Digest& digest) {
  Metadata items;
  items.block_size = static_cast<std::uint32_t>(kBlock);
  items.disk_bytes = disk.bytes();
  items.disk_id = guid_of(uuid_of(digest, "vhdx disk"));
  items.logical_sector = items.physical_sector = static_cast<std::uint32_t>(kSector);
  file.extend(kMetadataAt);
  file.append(bytes_of(MetadataTable{}));
  file.extend(kMetadataAt + kTableBytes);
  file.append(bytes_of(items));
}

}  // namespace

Result<void> write_vhdx(const RawDisk& disk, const fs::path& to, const VirtualMachine&) {
  if (disk.bytes() > kMostBytes) return fail("The disk is too large for a VHDX.");
  auto digest = disk.digest();
  if (!digest) return std::unexpected(digest.error());
  auto file = OutputFile::create(to);
  if (!file) return std::unexpected(file.error());

  std::vector<Little64> bat(bat_index(round_up(disk.bytes(), kBlock) / kBlock - 1) + 1);
  const std::uint64_t bat_bytes = round_up(bat.size() * sizeof(Little64), kRegion);
  append_headers(*file, *digest);
  append_regions(*file, bat_bytes);
  append_metadata(*file, disk, *digest);
  file->extend(kBatAt + bat_bytes);
  const auto read = disk.each_used(kBlock, [&](std::uint64_t index, std::span<const std::byte> bytes) {
    // The offset is a multiple of a MiB, and stands in the entry as it is, above the state.
    bat[bat_index(index)] = file->bytes() | kFullyPresent;
    return file->append(bytes);
  });
  if (!read) return read;
  file->rewrite(kBatAt, std::as_bytes(std::span(bat)));
  return file->finish();
}

}  // namespace wick::tool
