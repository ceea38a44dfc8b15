// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The file system "raw": a volume is one file, the mount point itself.

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>

#include <cstdlib>
#include <new>

#include "fs/disks.h"
#include "fs/seekable.h"

namespace wick::fs {

namespace {

/// A disk may have grown since anybody looked.
void fill(Volume& volume, struct stat& to) {
  (void)volume.look_again();
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
  /// As Linux has it of block devices.
  Outcome ioctl(unsigned long request, void* argument) override {
    switch (request) {
      case BLKGETSIZE64:
        *static_cast<std::uint64_t*>(argument) = volume_.look_again();
        return 0;
      case BLKSSZGET:
      case BLKPBSZGET:
        *static_cast<int*>(argument) = static_cast<int>(volume_.block_size());
        return 0;
      case BLKROGET:
        *static_cast<int*>(argument) = volume_.read_only();
        return 0;
      case BLKFLSBUF:
        return volume_.flush();
      case BLKDISCARD: {
        const auto* range = static_cast<const std::uint64_t*>(argument);
        return (flags & O_ACCMODE) == O_RDONLY ? -EBADF : volume_.discard(range[0], range[1]);
      }
    }
    return -ENOTTY;
  }
  void destroy() override { std::free(this); }

 private:
  std::uint64_t size() override { return volume_.look_again(); }
  Volume& volume_;
};

class Raw final : public FileSystem {
 public:
  void start(Volume& volume, std::string_view point) { volume_ = &volume, point_ = point; }

  Outcome open(std::string_view path, int flags, mode_t, FileOperations*& file) override {
    if (path != point_) return (flags & O_CREAT) ? -ENOTDIR : -ENOENT;
    if ((flags & O_CREAT) && (flags & O_EXCL)) return -EEXIST;
    if (volume_->read_only() && (flags & O_ACCMODE) != O_RDONLY) return -EROFS;
    void* room = std::malloc(sizeof(VolumeFile));
    if (!room) return -ENOMEM;
    file = new (room) VolumeFile(*volume_);
    return 0;
  }

  Outcome stat(std::string_view path, struct stat& to) override {
    if (path != point_) return -ENOENT;
    fill(*volume_, to);
    return 0;
  }

  Outcome next_entry(std::string_view, std::uint64_t&, ::dirent&) override { return -ENOTDIR; }

  bool read_only() const override { return volume_->read_only(); }
  void space(struct statvfs& to) const override {
    to.f_bsize = to.f_frsize = volume_->block_size();
    to.f_blocks = static_cast<fsblkcnt_t>(volume_->size() / volume_->block_size());
  }

 private:
  Volume* volume_ = nullptr;
  std::string_view point_;
};

constinit Raw all[kMaxVolumes];
constinit unsigned used = 0;

FileSystem* make(Volume& volume, std::string_view point, std::string_view, const char*&) {
  Raw& raw = all[used++];
  raw.start(volume, point);
  return &raw;
}

WICK_REGISTERED("filesystems") constexpr VolumeFormat format = disk_format<make>("raw");

}  // namespace

}  // namespace wick::fs
