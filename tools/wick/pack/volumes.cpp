// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/volumes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace wick::tool {
namespace {

constexpr std::uint64_t kUnit = 4096;

/// @param sizes "serial:bytes"  @return 0: it has none
std::uint64_t size_of(const std::string& serial, const std::vector<std::string>& sizes) {
  for (const std::string& text : sizes) {
    if (!text.starts_with(serial + ":")) continue;
    std::uint64_t bytes = 0;
    std::from_chars(text.data() + serial.size() + 1, text.data() + text.size(), bytes);
    return bytes;
  }
  return 0;
}

}  // namespace

Result<std::vector<DiskContent::Volume>> packed_volumes(const ImageFacts& facts, const std::vector<Disk>& files) {
  for (const Disk& file : files) {
    if (file.serial.empty())
      return fail(fmt::format("{} has no volume left for {}.", facts.name, file.file), "give each volume one --disk.");
    if (std::ranges::find(facts.volumes, file.serial) == facts.volumes.end())
      return fail(fmt::format("{} has no volume \"{}\" for {}.", facts.name, file.serial, file.file),
                  "see [[volume]] of its wick.toml.");
    if (std::ranges::count(files, file.serial, &Disk::serial) > 1)
      return fail(fmt::format("Two disks are for the volume \"{}\".", file.serial), "give each volume one --disk.");
  }
  std::vector<DiskContent::Volume> volumes;
  for (const std::string& serial : facts.volumes) {
    DiskContent::Volume volume{.serial = serial, .bytes = size_of(serial, facts.volume_sizes)};
    if (const auto file = std::ranges::find(files, serial, &Disk::serial); file != files.end()) {
      if (volume.bytes == 0) volume.bytes = (file->bytes + kUnit - 1) / kUnit * kUnit;
      if (file->bytes > volume.bytes)
        return fail(fmt::format("{} has {}, and the volume \"{}\" only {}.", file->file, human_size(file->bytes),
                                serial, human_size(volume.bytes)),
                    "make volume.size of the manifest larger.");
      volume.content = file->file;
    }
    if (volume.bytes) volumes.push_back(std::move(volume));
  }
  return volumes;
}

}  // namespace wick::tool
