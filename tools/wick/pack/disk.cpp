// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/disk.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include "abi/host/checksum.h"
#include "base/stored.h"
#include "pack/partitions.h"
#include "pack/raw_disk.h"
#include "pack/stages.h"
#include "pack/system_partition.h"

namespace wick::tool {
namespace {

using boot::kSectorBytes;

constexpr std::uint64_t kMostSectors = std::numeric_limits<std::int64_t>::max() / kSectorBytes;  ///< of off_t

/// Of this content alone, in the form of a version 8 (RFC 9562, §5.8).
Guid guid_of(const DiskContent& content) {
  Guid guid{};
  for (std::size_t i = 0; i < 12 && i * 2 + 2 <= content.build_id.size(); ++i)
    std::from_chars(&content.build_id[i * 2], &content.build_id[i * 2 + 2], guid[i], 16);
  const std::uint32_t sum = crc32c(content.slot);
  std::memcpy(&guid[12], &sum, sizeof sum);
  guid[7] = (guid[7] & 0x0f) | 0x80;  // the third field lies in little-endian order
  guid[8] = (guid[8] & 0x3f) | 0x80;
  return guid;
}

bool place(OutputFile& to, const Partition& partition, std::string_view bytes) {
  return to.rewrite(partition.first * kSectorBytes, std::as_bytes(std::span(bytes)));
}

Result<void> place_volume(OutputFile& to, const Partition& partition, const DiskContent::Volume& volume) {
  if (volume.content.empty()) return {};
  auto disk = RawDisk::open(volume.content);
  if (!disk) return std::unexpected(disk.error());
  if (disk->bytes() > volume.bytes)
    return fail(fmt::format("{} has become larger while it was packed.", volume.content.string()));
  constexpr std::size_t kPiece = 64 << 10;
  return disk->each_used(kPiece, [&](std::uint64_t index, std::span<const std::byte> bytes) {
    const std::uint64_t at = index * kPiece, left = disk->bytes() - at;  // the last piece is filled with zeros
    return to.rewrite(partition.first * kSectorBytes + at, bytes.first(std::min<std::uint64_t>(bytes.size(), left)));
  });
}

const PublicKey* trusted_by(const DiskContent& content) { return content.trusted ? &*content.trusted : nullptr; }

Result<std::string> loader_of(const DiskContent& content) {
  std::string loader = uefi_stage(trusted_by(content));
  return content.firmware_key ? sign_loader(loader, *content.firmware_key) : loader;
}

}  // namespace

Result<void> write_disk(const DiskContent& content, OutputFile& to) {
  auto loader = loader_of(content);
  if (!loader) return std::unexpected(loader.error());
  auto system = system_partition(*loader);
  if (!system) return std::unexpected(system.error());
  const std::string second = second_stage(trusted_by(content));
  std::vector<std::string_view> contents = {second, *system, content.slot};
  std::vector<Partition> partitions = {{"wick-bios", kBiosType}, {"wick-uefi", kSystemType}, {"wick-a", kSlotType}};
  for (std::size_t i = 0; i < partitions.size(); ++i) partitions[i].sectors = contents[i].size() / kSectorBytes;
  const boot::SlotRecord record = boot::first_record(0, content.slots.release);
  if (content.slots.count == boot::kSlots) {
    partitions.back().sectors = content.slots.bytes / kSectorBytes;
    partitions.push_back({"wick-b", kSlotType, partitions.back().sectors});
    partitions.push_back({"wick-state", kStateType, boot::kStateSectors});
    contents.push_back({});
    contents.push_back(view_of(record));
  }
  const std::size_t own = partitions.size();
  for (const auto& volume : content.volumes)
    partitions.push_back({volume.serial, kVolumeType, volume.bytes / kSectorBytes});
  const std::uint64_t sectors = lay_out(partitions);
  if (sectors > kMostSectors)
    return fail("The volumes are together larger than a file can be.", "make volume.size of the manifest smaller.");
  const std::string first = first_stage(partitions[0].first, static_cast<std::uint16_t>(partitions[0].sectors));
  const Tables tables = partition_tables(partitions, sectors, guid_of(content), first);
  to.extend(sectors * kSectorBytes);
  to.rewrite(0, std::as_bytes(std::span(tables.first)));
  for (std::size_t i = 0; i < own; ++i) place(to, partitions[i], contents[i]);
  for (std::size_t i = 0; i < content.volumes.size(); ++i)
    if (auto done = place_volume(to, partitions[own + i], content.volumes[i]); !done) return done;
  to.rewrite(sectors * kSectorBytes - tables.second.size(), std::as_bytes(std::span(tables.second)));
  return to.written();
}

}  // namespace wick::tool
