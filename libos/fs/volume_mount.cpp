// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Hangs each volume of the manifest (`volume.N=serial:mount:raw`) into the tree as one file. Linked with the first
// disk.

#include <fcntl.h>

#include <cstdlib>
#include <new>

#include "boot/config.h"
#include "boot/devices.h"
#include "boot/init.h"
#include "fs/seekable.h"
#include "fs/volume.h"
#include "trace/log.h"

namespace wick::fs {

namespace {

void fill(const Volume& volume, struct stat& to) {
  to = {};
  to.st_mode = S_IFBLK | (volume.read_only() ? 0400 : 0600);
  to.st_nlink = 1;
  to.st_size = static_cast<off_t>(volume.size());
  to.st_blksize = static_cast<blksize_t>(volume.block_size() > 4096 ? volume.block_size() : 4096);
  to.st_blocks = static_cast<blkcnt_t>(volume.size() / 512);
}

class VolumeFile final : public Seekable {
 public:
  explicit VolumeFile(Volume& volume) : volume_(volume) {}
  Outcome read_at(void* to, std::size_t bytes, std::uint64_t offset) override {
    return volume_.read(to, bytes, offset);
  }
  Outcome write_at(const void* from, std::size_t bytes, std::uint64_t offset) override {
    return volume_.write(from, bytes, offset);
  }
  Outcome sync() override { return volume_.flush(); }
  Outcome stat(struct stat& to) override {
    fill(volume_, to);
    return 0;
  }
  void destroy() override { std::free(this); }

 private:
  std::uint64_t size() override { return volume_.size(); }
  Volume& volume_;
};

/// A file system of one file: the mount point itself.
class VolumeFileSystem final : public FileSystem {
 public:
  Outcome open(std::string_view path, int flags, mode_t, FileOperations*& file) override {
    if (path != mount.point) return (flags & O_CREAT) ? -ENOTDIR : -ENOENT;
    if ((flags & O_CREAT) && (flags & O_EXCL)) return -EEXIST;
    if (volume.read_only() && (flags & O_ACCMODE) != O_RDONLY) return -EROFS;
    void* room = std::malloc(sizeof(VolumeFile));
    if (!room) return -ENOMEM;
    file = new (room) VolumeFile(volume);
    return 0;
  }

  Outcome stat(std::string_view path, struct stat& to) override {
    if (path != mount.point) return -ENOENT;
    fill(volume, to);
    return 0;
  }

  Outcome next_entry(std::string_view, std::uint64_t&, ::dirent&) override { return -ENOTDIR; }

  Volume volume;
  Mount mount{};
};

constexpr unsigned kMost = 4;  // disks that the driver has room for
constinit VolumeFileSystem volumes[kMost];
constinit unsigned used = 0;

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
  const auto length = static_cast<unsigned>(serial.size());
  const auto complain = [&](const char* what) {
    log::write(log::Level::error, "volume \"%.*s\": %s", static_cast<int>(length), serial.data(), what);
    return false;
  };
  if (description != "raw") return complain("only the file system \"raw\" is known");
  if (used == kMost) return complain("there are too many volumes");
  drivers::Block* device = devices::block_by_serial(serial.data(), length);
  if (!device) return complain("this machine has no disk with that serial");
  VolumeFileSystem& file_system = volumes[used++];
  if (const char* trouble = file_system.volume.start(*device, devices::dma_pool())) return complain(trouble);
  const std::uint64_t lost = file_system.volume.unreachable();
  if (lost)
    log::write(log::Level::warning, "volume \"%.*s\": the disk's last %llu bytes are no whole block and stay unused",
               static_cast<int>(length), serial.data(), static_cast<unsigned long long>(lost));
  file_system.mount = {point, &file_system};
  mount(file_system.mount);
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
