// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/disk.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "abi/host/checksum.h"
#include "boot/payload/slot.h"
#include "pack/partitions.h"
#include "pack/stages.h"
#include "pack/system_partition.h"

namespace wick::tool {
namespace {

using boot::kSectorBytes;

/// 21686148-6449-6e6f-744e-656564454649, where loaders of a BIOS keep what has no room in the first sector.
constexpr Guid kBiosType = {0x48, 0x61, 0x68, 0x21, 0x49, 0x64, 0x6f, 0x6e,
                            0x74, 0x4e, 0x65, 0x65, 0x64, 0x45, 0x46, 0x49};
/// c12a7328-f81f-11d2-ba4b-00a0c93ec93b (UEFI 2.10, §5.3.3): the system partition.
constexpr Guid kSystemType = {0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11,
                              0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b};
constexpr Guid kSlotType = std::to_array(boot::kSlotType);

/// The end of the first stage (boot/bios/mbr.S): what it asks the BIOS to read (EDD-3, §8.1).
struct [[gnu::packed]] Packet {
  std::uint8_t bytes, reserved;
  std::uint16_t count, offset, segment;
  std::uint64_t first;
};
static_assert(sizeof(Packet) == 16);

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

std::string first_stage_for(const Partition& second) {
  std::string code(first_stage());
  Packet packet;
  char* at = code.data() + code.size() - sizeof packet;
  std::memcpy(&packet, at, sizeof packet);
  packet.count = static_cast<std::uint16_t>(second.sectors);
  packet.first = second.first;
  std::memcpy(at, &packet, sizeof packet);
  return code;
}

}  // namespace

Result<std::string> raw_disk(const DiskContent& content) {
  auto system = system_partition(uefi_stage());
  if (!system) return std::unexpected(system.error());
  const std::string_view contents[] = {second_stage(), *system, content.slot};
  std::vector<Partition> partitions = {{"wick-bios", kBiosType}, {"wick-uefi", kSystemType}, {"wick-a", kSlotType}};
  for (std::size_t i = 0; i < partitions.size(); ++i) partitions[i].sectors = contents[i].size() / kSectorBytes;
  const std::uint64_t sectors = lay_out(partitions);
  const Tables tables = partition_tables(partitions, sectors, guid_of(content), first_stage_for(partitions[0]));
  std::string disk(sectors * kSectorBytes, '\0');
  std::ranges::copy(tables.first, disk.begin());
  for (std::size_t i = 0; i < partitions.size(); ++i)
    std::ranges::copy(contents[i], &disk[partitions[i].first * kSectorBytes]);
  std::ranges::copy(tables.second, disk.end() - static_cast<std::ptrdiff_t>(tables.second.size()));
  return disk;
}

}  // namespace wick::tool
