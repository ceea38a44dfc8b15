// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See labels.h.

#include "metadata/sources/labels.h"

#include <algorithm>

namespace wick::metadata {

namespace {

constexpr const char* kDisk = "the disk";

const char* read(Disk& disk, const iso::Extent& extent, Text& to) {
  if (const char* wrong = to.make_room(extent.bytes)) return wrong;
  if (extent.bytes == 0 || disk.read(to.bytes(), extent.bytes, extent.offset)) return nullptr;
  return "can't be read";
}

}  // namespace

LabelledDisk find_label(Surroundings& around, std::string_view label, const char* absent) {
  LabelledDisk found;
  for (unsigned i = 0; Disk* const disk = around.disk(i); i++) {
    switch (iso::look_for_label(*disk, label, found.root)) {
      case iso::Label::this_one:
        found.disk = disk;
        found.finding = {true, kDisk, {}};
        return found;
      case iso::Label::damaged:
        found.finding = {true, kDisk, {"has a descriptor that is damaged"}};
        return found;
      case iso::Label::other:
        break;
    }
  }
  found.finding = {false, nullptr, {absent}};
  return found;
}

Finding read_files(LabelledDisk& disk, const iso::Extent& folder, std::span<const WantedText> wanted,
                   const char* none_there) {
  constexpr std::size_t kMost = 3;
  iso::Wanted files[kMost];
  const std::span<iso::Wanted> all(files, wanted.size());
  for (std::size_t i = 0; i < wanted.size(); i++) files[i].name = wanted[i].name;
  if (const char* wrong = iso::find_files(*disk.disk, folder, all)) return {true, kDisk, {wrong}};
  if (std::ranges::none_of(all, &iso::Wanted::found)) return {true, kDisk, {none_there}};
  for (std::size_t i = 0; i < wanted.size(); i++) {
    if (!files[i].found) continue;
    if (const char* wrong = read(*disk.disk, files[i].extent, wanted[i].text))
      return {true, files[i].name.data(), {wrong}};
  }
  return disk.finding;
}

}  // namespace wick::metadata
