// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Hangs each volume of the manifest (`volume.N=serial:mount:format`, with words behind it: `:optional` where the
// application does without, others for the format) into the tree. Linked with the first disk.

#include "fs/volumes.h"

#include "boot/config.h"
#include "boot/devices.h"
#include "boot/init.h"
#include "trace/log.h"

namespace wick::fs {

namespace {

constinit Volume volumes[kMaxVolumes];
constinit Mount points[kMaxVolumes]{};
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
  const std::string_view serial = take_part(description);
  const std::string_view point = take_part(description);
  const std::string_view format_name = take_part(description);
  const bool optional = description.starts_with("optional");
  if (optional) (void)take_part(description);
  const auto length = static_cast<unsigned>(serial.size());
  const auto complain = [&](const char* what) {
    log::write(log::Level::error, "volume \"%.*s\": %s", static_cast<int>(length), serial.data(), what);
    return false;
  };
  const VolumeFormat* format = format_named(format_name);
  if (!format) return complain("this image has no such file system");
  if (used == kMaxVolumes) return complain("there are too many volumes");
  drivers::Block* device = devices::block_by_serial(serial.data(), length);
  if (!device && optional) return true;
  if (!device) return complain("this machine has no disk with that serial");
  Volume& volume = volumes[used];
  const char* trouble = volume.start(*device, devices::dma_pool());
  if (trouble) return complain(trouble);
  const std::uint64_t lost = volume.unreachable();
  if (lost)
    log::write(log::Level::warning, "volume \"%.*s\": the disk's last %llu bytes are no whole block and stay unused",
               static_cast<int>(length), serial.data(), static_cast<unsigned long long>(lost));
  FileSystem* const file_system = format->make(volume, point, description, trouble);
  if (!file_system) return complain(trouble);
  Mount& its = points[used++];
  its = {point, file_system};
  mount(its);
  return true;
}

Status mount_volumes() {
  bool good = true, any = false;
  config::for_each("volume.", [&](std::string_view, std::string_view value) {
    any = true;
    good = good && mount_volume(value);
  });
  if (!any && !devices::block(0)) {
    log::write(log::Level::error, "the manifest asks for a disk, but this machine has none that it can drive");
    good = false;
  }
  return good ? Status::ok : Status::not_found;
}

}  // namespace

WICK_INIT_STEP(41, "volumes", mount_volumes);

}  // namespace wick::fs
