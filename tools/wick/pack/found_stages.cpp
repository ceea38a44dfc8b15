// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/found_stages.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "pack/formats/iso.h"
#include "pack/partitions.h"
#include "pack/stages.h"
#include "pack/system_partition.h"

namespace wick::tool {
namespace {

constexpr std::size_t kMostStage = 1 << 20;  ///< bytes of a partition with a stage

Result<std::string> read_at(const RawDisk& disk, std::uint64_t at, std::uint64_t bytes) {
  std::string text(bytes, '\0');
  auto read = disk.read_all(at, std::as_writable_bytes(std::span(text)));
  return read ? Result<std::string>(std::move(text)) : std::unexpected(read.error());
}

Result<std::string> content_of(const RawDisk& disk, const Partition& partition) {
  const std::uint64_t bytes = partition.sectors * kSector;
  return bytes > kMostStage ? Result<std::string>("") : read_at(disk, partition.first * kSector, bytes);
}

template <typename T>
T field(std::string_view bytes, std::size_t at) {
  T value{};
  if (at <= bytes.size() && sizeof value <= bytes.size() - at) std::memcpy(&value, &bytes[at], sizeof value);
  return value;
}

/// What signing changes in a PE32+ file (Microsoft's "PE Format"): its checksum and where its signatures are.
struct SignedFields {
  std::size_t checksum, table;
  explicit SignedFields(std::string_view program) {
    const std::size_t optional_header = std::size_t{field<std::uint32_t>(program, 0x3c)} + 24;
    checksum = optional_header + 64;
    table = optional_header + 144;
  }
};

/// Whether `loader` is `stage` with a table of signatures behind it.
bool is_signed_stage(std::string loader, std::string stage) {
  const SignedFields fields(stage);
  const std::size_t begin = field<std::uint32_t>(loader, fields.table),
                    size = field<std::uint32_t>(loader, fields.table + 4);
  if (begin < stage.size() || begin - stage.size() >= 8 || begin + size != loader.size()) return false;
  const std::string_view gap = std::string_view(loader).substr(stage.size(), begin - stage.size());
  if (!std::ranges::all_of(gap, [](char byte) { return byte == 0; })) return false;
  for (std::string* each : {&loader, &stage}) {
    each->replace(fields.checksum, 4, 4, '\0');
    each->replace(fields.table, 8, 8, '\0');
  }
  return loader.starts_with(stage);
}

/// The sector with the code and the record that tells older tools that the disk is taken. How long that says the disk
/// is nobody who starts it asks, and some formats make it longer.
Result<bool> is_first_sector(const RawDisk& disk, const Partition& bios) {
  constexpr std::size_t kLength = 446 + 12;
  auto sector = read_at(disk, 0, kSector);
  if (!sector) return std::unexpected(sector.error());
  const std::string code = first_stage(bios.first, static_cast<std::uint16_t>(bios.sectors));
  const std::uint64_t sectors = std::uint64_t{field<std::uint32_t>(*sector, kLength)} + 1;
  return *sector == partition_tables({}, sectors, {}, code).first.substr(0, kSector);
}

/// Nothing, or the volume of a CD, whose name is its own affair.
Result<bool> is_cd(const RawDisk& disk) {
  constexpr std::size_t kName = 40, kMostName = 32;
  auto found = read_at(disk, kIsoVolume, kFirstPartition * kSector - kIsoVolume);
  if (!found) return std::unexpected(found.error());
  if (all_zero(std::as_bytes(std::span(*found)))) return true;
  auto volume = iso_volume(disk, trim(std::string_view(*found).substr(kName, kMostName)));
  if (!volume) return std::unexpected(volume.error());
  return *found == *volume;
}

/// @return what is wrong; empty: nothing
Result<std::string> judge_loader(const RawDisk& disk, const Partition& system, const std::string& stage,
                                 bool& is_signed) {
  constexpr const char* kLoader = "its loader for UEFI differs";
  auto content = content_of(disk, system);
  if (!content) return content;
  const auto loader = loader_on(*content);
  if (!loader) return kLoader;
  is_signed = is_signed_stage(*loader, stage);
  if (!is_signed && *loader != stage) return kLoader;
  auto expected = system_partition(*loader);
  if (!expected) return expected;
  return *content == *expected ? "" : "its partition for UEFI has more than the loader on it";
}

}  // namespace

Result<FoundStages> judge_stages(const RawDisk& disk, const PublicKey& key) {
  auto partitions = read_partitions(disk);
  if (!partitions) return std::unexpected(partitions.error());
  const auto count = [&](const Guid& type) { return std::ranges::count(*partitions, type, &Partition::type); };
  const std::ptrdiff_t known =
      count(kBiosType) + count(kSystemType) + count(kSlotType) + count(kStateType) + count(kVolumeType);
  if (count(kBiosType) != 1 || count(kSystemType) != 1 || known != std::ssize(*partitions))
    return FoundStages{.wrong = "it has other partitions"};
  const Partition& bios = *std::ranges::find(*partitions, kBiosType, &Partition::type);
  const Partition& system = *std::ranges::find(*partitions, kSystemType, &Partition::type);
  auto first = is_first_sector(disk, bios);
  if (!first) return std::unexpected(first.error());
  if (!*first) return FoundStages{.wrong = "its first sector differs"};
  auto second = content_of(disk, bios);
  if (!second) return std::unexpected(second.error());
  if (*second != second_stage(&key)) return FoundStages{.wrong = "its stage for a BIOS differs"};
  FoundStages found;
  auto wrong = judge_loader(disk, system, uefi_stage(&key), found.for_secure_boot);
  if (!wrong) return std::unexpected(wrong.error());
  found.wrong = *wrong;
  if (!found.wrong.empty()) return found;
  auto cd = is_cd(disk);
  if (!cd) return std::unexpected(cd.error());
  if (!*cd) found.wrong = "what a CD starts by differs";
  return found;
}

}  // namespace wick::tool
