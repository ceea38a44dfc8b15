// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The disk as a CD: an ISO 9660 volume takes the room that each disk leaves in front of its partitions, and has those
// as its files. What a disk starts by is untouched, so a stick with these bytes starts as well. A BIOS starts a CD by
// the very code of the first sector, told where the second stage is in blocks of a CD; UEFI by the partition that it
// looks for on a disk.

#include "pack/formats/iso.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>

#include "pack/formats/formats.h"
#include "pack/partitions.h"
#include "pack/stages.h"

namespace wick::tool {
namespace {

using namespace iso;

constexpr std::uint64_t kDiskSectors = kBlock / kSector;

/// Blocks, one for each of these. The first sixteen belong to whoever starts the disk (§6.2.1).
enum Place : std::uint32_t {
  kPrimary = 16,
  kBootRecord,
  kLast,
  kPathTable,
  kBigPathTable,
  kRoot,
  kCatalog,
  kFirstStage,
  kEnd
};
static_assert(kPrimary * kBlock == kIsoVolume && kEnd * kBlock == kFirstPartition * kSector);

/// A partition as a file.
struct File {
  std::string name;
  std::uint32_t block = 0, bytes = 0;
};

std::uint32_t block_of(const Partition& partition) {
  return static_cast<std::uint32_t>(partition.first / kDiskSectors);
}

/// In the letters that §7.4.1 has: "wick-bios" as "WICK_BIOS".
std::string in_capitals(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::isalnum(c) ? std::toupper(c) : '_'; });
  return name;
}

/// In the order that §9.3 asks for.
std::vector<File> files_of(const std::vector<Partition>& partitions) {
  std::vector<File> files;
  for (const Partition& partition : partitions)
    if (partition.type != kVolumeType)
      files.push_back({in_capitals(partition.name) + ".IMG;1", block_of(partition),
                       static_cast<std::uint32_t>(partition.sectors * kSector)});
  std::ranges::sort(files, {}, &File::name);
  return files;
}

std::string record_of(std::string_view name, std::uint32_t block, std::uint32_t bytes, std::uint8_t flags) {
  DirectoryRecord record;
  record.length = static_cast<std::uint8_t>(round_up(sizeof record + name.size(), 2));
  record.block = block;
  record.bytes = bytes;
  record.flags = flags;
  record.name_length = static_cast<std::uint8_t>(name.size());
  std::string text(view_of(record));
  text += name;
  text.resize(record.length);
  return text;
}

std::string root_folder(const std::vector<File>& files) {
  using namespace std::string_view_literals;
  std::string text;
  for (const std::string_view own : {"\0"sv, "\1"sv}) text += record_of(own, kRoot, kBlock, kIsFolder);
  for (const File& file : files) text += record_of(file.name, file.block, file.bytes, 0);
  return text;
}

PrimaryDescriptor primary_descriptor(std::uint64_t bytes, std::string_view name) {
  PrimaryDescriptor primary;
  primary.volume = Text<32>(in_capitals(std::string(name)));
  primary.blocks = static_cast<std::uint32_t>(bytes / kBlock);
  primary.path_table_bytes = sizeof(LittlePathTable);
  primary.path_table = kPathTable;
  primary.big_path_table = kBigPathTable;
  const std::string root = record_of({"\0", 1}, kRoot, kBlock, kIsFolder);
  std::memcpy(&primary.root, root.data(), sizeof primary.root);
  primary.application = Text<128>("WICK");
  return primary;
}

Catalog catalog_of(const Partition& system) {
  Catalog catalog;
  std::array<Little16, sizeof(ValidationEntry) / 2> words;
  std::memcpy(&words, &catalog.validation, sizeof words);
  std::uint16_t sum = 0;
  for (const std::uint16_t word : words) sum += word;
  catalog.validation.checksum = static_cast<std::uint16_t>(-sum);
  // One block, since some BIOSes load no more whatever they are told.
  catalog.bios.sectors = kBlock / kVirtualSector;
  catalog.bios.block = kFirstStage;
  catalog.uefi.sectors = static_cast<std::uint16_t>(system.sectors);
  catalog.uefi.block = block_of(system);
  return catalog;
}

/// Of the blocks from kPrimary on.
class Blocks {
 public:
  void put(Place at, std::string_view content) { bytes_.replace((at - kPrimary) * kBlock, content.size(), content); }
  void put(Place at, const auto& content) { put(at, view_of(content)); }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_ = std::string((kEnd - kPrimary) * kBlock, '\0');
};

}  // namespace

Result<std::string> iso_volume(const RawDisk& disk, std::string_view name) {
  auto partitions = read_partitions(disk);
  if (!partitions) return std::unexpected(partitions.error());
  const auto bios = std::ranges::find(*partitions, kBiosType, &Partition::type);
  const auto system = std::ranges::find(*partitions, kSystemType, &Partition::type);
  if (bios == partitions->end() || system == partitions->end())
    return fail(fmt::format("{} has no boot stages.", disk.path().string()));
  if (disk.bytes() / kBlock > UINT32_MAX) return fail("The disk is too large for an ISO 9660 volume.");
  BootRecord boot;
  boot.catalog = kCatalog;
  Blocks blocks;
  blocks.put(kPrimary, primary_descriptor(disk.bytes(), name));
  blocks.put(kBootRecord, boot);
  blocks.put(kLast, LastDescriptor{});
  blocks.put(kPathTable, LittlePathTable{.block = kRoot});
  blocks.put(kBigPathTable, BigPathTable{.block = kRoot});
  blocks.put(kRoot, std::string_view(root_folder(files_of(*partitions))));
  blocks.put(kCatalog, catalog_of(*system));
  const auto count = static_cast<std::uint16_t>(round_up(bios->sectors, kDiskSectors) / kDiskSectors);
  blocks.put(kFirstStage, std::string_view(first_stage(block_of(*bios), count)));
  return blocks.take();
}

Result<void> write_iso(const RawDisk& disk, const fs::path& to, const VirtualMachine& machine) {
  auto volume = iso_volume(disk, machine.name);
  if (!volume) return std::unexpected(volume.error());
  auto file = OutputFile::create(to);
  if (!file) return std::unexpected(file.error());
  if (auto done = copy_used(disk, *file); !done) return done;
  file->rewrite(kIsoVolume, std::as_bytes(std::span(*volume)));
  return file->finish();
}

}  // namespace wick::tool
