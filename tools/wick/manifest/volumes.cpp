// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [[volume]]: the disks and shared folders that the application needs, found at boot by their serial.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "manifest/sections.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

bool is_serial(std::string_view text) {
  auto fine = [](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= 20 && std::ranges::all_of(text, fine);
}

/// A key that only a volume with files on it has.
void read_choice(Table& table, const char* key, std::initializer_list<std::string_view> words, const Volume& volume,
                 std::string& to) {
  auto chosen = table.string(key);
  if (!chosen) return;
  if (volume.file_system != "wickfs") {
    table.faults().add(chosen->place,
                       fmt::format("volume.{} means nothing for the file system \"{}\".", key, volume.file_system),
                       "leave it out, or set file_system = \"wickfs\".");
  } else if (std::ranges::find(words, chosen->value) == words.end()) {
    table.faults().add(chosen->place, fmt::format("volume.{} can't be \"{}\".", key, chosen->value),
                       fmt::format("use \"{}\".", fmt::join(words, "\" or \"")));
  }
  to = chosen->value;
}

/// Whole 4 KiB, as partitions are.
void read_size(Table& table, Volume& volume) {
  auto text = table.string("size");
  if (!text) return;
  const auto size = parse_size(text->value);
  if (!size || *size == 0 || *size % 4096 != 0)
    table.faults().add(text->place,
                       fmt::format("volume.size \"{}\" is no multiple of 4 KiB from 4 KiB to 8 EiB.", text->value),
                       "write for example size = \"64M\".");
  else if (volume.is_share())
    table.faults().add(text->place, "A shared folder has no size.", "leave it out.");
  else
    volume.size = *size;
}

Volume read_volume(Table& table, Wall wall) {
  Volume volume;
  volume.file_system = "raw";
  if (auto serial = table.string("serial")) {
    volume.serial = serial->value;
    if (!is_serial(serial->value)) {
      table.faults().add(serial->place, fmt::format("volume.serial \"{}\" does not fit a virtio disk.", serial->value),
                         "use 1 to 20 letters, digits, dashes and underscores.");
    }
  } else if (!table.node("serial")) {
    table.faults().add(table.place(), "A volume lacks its serial.", "add serial = \"...\" below [[volume]].");
  }
  volume.mount = "/dev/" + volume.serial;
  if (auto mount = table.string("mount")) {
    volume.mount = mount->value;
    if (!volume.mount.starts_with('/') || fs::path(volume.mount).lexically_normal() != volume.mount ||
        volume.mount.contains(':')) {
      table.faults().add(mount->place, fmt::format("volume.mount \"{}\" is not a path of the appliance.", volume.mount),
                         "write it from the root, without \".\", \"..\" or colon: \"/data\".");
    }
  }
  if (auto kind = table.string("file_system")) {
    volume.file_system = kind->value;
    const auto known = split(WICK_FILE_SYSTEMS, ',');
    if (std::ranges::find(known, kind->value) == known.end())
      table.faults().add(
          kind->place, fmt::format("There is no file system \"{}\".", kind->value),
          fmt::format("there is {}; with \"raw\" the application reads and writes the volume as one file.",
                      join(known, ", ")));
  }
  if (volume.is_share() && wall != Wall::none)
    table.faults().add(Table::place_of(*table.node("file_system")),
                       fmt::format("Behind wall {} there are no shared folders.", wall_name(wall)),
                       "choose platform.wall = \"none\", or another file system.");
  read_size(table, volume);
  if (auto optional = table.boolean("optional")) volume.optional = *optional;
  read_choice(table, "format", {"never", "if-empty"}, volume, volume.format);
  read_choice(table, "on_error", {"refuse", "read-only"}, volume, volume.on_error);
  table.finish();
  return volume;
}

}  // namespace

void read_volumes(Table& root, Manifest& manifest) {
  for (Table& table : root.tables("volume")) {
    Volume volume = read_volume(table, manifest.wall);
    for (const Volume& other : manifest.volumes) {
      if (other.serial == volume.serial && table.node("serial")) {
        root.faults().add(Table::place_of(*table.node("serial")),
                          fmt::format("Two volumes have the serial \"{}\".", volume.serial),
                          "each volume needs a serial of its own.");
      } else if (other.mount == volume.mount && table.node("mount")) {
        root.faults().add(Table::place_of(*table.node("mount")),
                          fmt::format("Two volumes are mounted at {}.", volume.mount),
                          "each volume needs a place of its own.");
      }
    }
    manifest.volumes.push_back(std::move(volume));
  }
}

}  // namespace wick::tool
