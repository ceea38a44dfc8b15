// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Hangs each volume of the manifest (`volume.N=serial:mount:format`, with words behind it: `:optional` where the
// application does without, others for the format) into the tree. Linked with the first volume.

#include "fs/volumes.h"

#include "boot/config.h"
#include "boot/init.h"
#include "trace/log.h"

namespace wick::fs {

namespace {

constinit Mount points[2 * kMaxVolumes]{};  // on disks, and shared folders
constinit unsigned used = 0;

const VolumeFormat* format_named(std::string_view name) {
  for (const VolumeFormat* format = wick_filesystems_start; format != wick_filesystems_end; format++) {
    if (name == format->name) return format;
  }
  return nullptr;
}

std::string_view take_part(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] != ':') end++;
  const std::string_view part(text.data(), end);
  const std::size_t skip = end < text.size() ? end + 1 : end;
  text = {text.data() + skip, text.size() - skip};
  return part;
}

bool mount_volume(std::string_view description) {
  VolumeWish wish;
  wish.serial = take_part(description);
  wish.point = take_part(description);
  const std::string_view format_name = take_part(description);
  const bool optional = description.starts_with("optional");
  if (optional) (void)take_part(description);
  wish.options = description;
  const auto complain = [&](const char* what) {
    log::write(log::Level::error, "volume \"%.*s\": %s", static_cast<int>(wish.serial.size()), wish.serial.data(),
               what);
    return false;
  };
  const VolumeFormat* format = format_named(format_name);
  if (!format) return complain("this image has no such file system");
  if (used == sizeof points / sizeof points[0]) return complain("there are too many volumes");
  const char* trouble = nullptr;
  FileSystem* const file_system = format->make(wish, trouble);
  if (!file_system && !trouble && optional) return true;
  if (!file_system) return complain(trouble ? trouble : format->absence);
  Mount& its = points[used++];
  its = {wish.point, file_system};
  mount(its);
  return true;
}

Status mount_volumes() {
  bool good = true;
  config::for_each("volume.", [&](std::string_view, std::string_view value) { good = good && mount_volume(value); });
  return good ? Status::ok : Status::not_found;
}

}  // namespace

WICK_INIT_STEP(41, "volumes", mount_volumes);

}  // namespace wick::fs
