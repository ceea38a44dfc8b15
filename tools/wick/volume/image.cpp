// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "volume/image.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "volume/database.h"

namespace wick::tool {
namespace {

constexpr std::size_t kMemory = 16 << 20;

/// The monitor locks the whole file, QEMU some of its bytes by locks of an open file description.
bool lock(int file) {
  struct flock all{};
  all.l_type = F_RDLCK;
  all.l_whence = SEEK_SET;
  struct flock wanted = all;
  wanted.l_type = F_WRLCK;
  if (flock(file, LOCK_EX | LOCK_NB) != 0) return false;
  // A file that may only be read can't be locked for writing: whether somebody has it is all that can be known.
  if (fcntl(file, F_OFD_SETLK, &wanted) == 0) return true;
  if (errno != EBADF || fcntl(file, F_OFD_GETLK, &wanted) != 0) return false;
  return wanted.l_type == F_UNLCK;
}

template <typename Move>
bool whole(std::uint64_t block, std::size_t count, Move&& move) {
  const std::size_t bytes = count * wickfs::kBlockBytes;
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t moved = move(done, bytes - done, static_cast<off_t>(block * wickfs::kBlockBytes + done));
    if (moved == 0 || (moved < 0 && errno != EINTR)) return false;
    if (moved > 0) done += static_cast<std::size_t>(moved);
  }
  return true;
}

}  // namespace

std::uint64_t host_time() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

std::optional<VolumePlace> parse_place(const std::string& text) {
  const std::size_t colon = text.find(":/");
  if (colon == std::string::npos || colon == 0) return {};
  return VolumePlace{text.substr(0, colon), text.substr(colon + 1)};
}

Result<std::unique_ptr<ImageDisk>> ImageDisk::open(const fs::path& path, Access access) {
  const int file = ::open(path.c_str(), (access == Access::read ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return fail(fmt::format("{} can't be opened: {}.", path.string(), std::strerror(errno)));
  std::unique_ptr<ImageDisk> disk(new ImageDisk(file, access, 0));
  struct stat found{};
  if (fstat(file, &found) != 0 || (!S_ISREG(found.st_mode) && !S_ISBLK(found.st_mode)))
    return fail(fmt::format("{} is neither a file nor a block device.", path.string()));
  if (!lock(file)) return fail(fmt::format("{} is in use.", path.string()), "end the appliance that runs on it first.");
  const off_t bytes = lseek(file, 0, SEEK_END);
  if (bytes < 0) return fail(fmt::format("{} can't be read: {}.", path.string(), std::strerror(errno)));
  disk->bytes_ = static_cast<std::uint64_t>(bytes);
  return disk;
}

ImageDisk::~ImageDisk() { ::close(file_); }

bool ImageDisk::read(std::uint64_t block, void* to, std::size_t count) {
  auto* bytes = static_cast<std::byte*>(to);
  return whole(block, count,
               [&](std::size_t done, std::size_t rest, off_t at) { return pread(file_, bytes + done, rest, at); });
}

bool ImageDisk::write(std::uint64_t block, const void* from, std::size_t count) {
  const auto* bytes = static_cast<const std::byte*>(from);
  return whole(block, count,
               [&](std::size_t done, std::size_t rest, off_t at) { return pwrite(file_, bytes + done, rest, at); });
}

bool ImageDisk::flush() { return fdatasync(file_) == 0; }

bool ImageDisk::lengthen(std::uint64_t bytes) {
  struct stat found{};
  if (bytes <= bytes_) return true;
  if (fstat(file_, &found) != 0) return false;
  if (S_ISREG(found.st_mode)) {
    if (ftruncate(file_, static_cast<off_t>(bytes)) != 0) return false;
    bytes_ = bytes;
  }
  errno = ENOSPC;
  return bytes_ >= bytes;
}

Image::Image(const fs::path& path, std::unique_ptr<ImageDisk> disk)
    : path_(path),
      disk_(std::move(disk)),
      memory_(kMemory / sizeof(std::uint64_t)),
      volume_(*disk_, std::as_writable_bytes(std::span(memory_)), host_time) {}

Result<std::unique_ptr<Image>> Image::open(const fs::path& path, Access access) {
  auto disk = ImageDisk::open(path, access);
  if (!disk) return std::unexpected(disk.error());
  return mount(path, std::move(*disk));
}

Result<std::unique_ptr<Image>> Image::mount(const fs::path& path, std::unique_ptr<ImageDisk> disk) {
  std::unique_ptr<Image> image(new Image(path, std::move(disk)));
  wickfs::Error wrong = wickfs::Volume::probe(*image->disk_);
  if (ok(wrong)) wrong = image->volume_.mount(image->disk_->read_only());
  if (ok(wrong)) return image;
  if (wrong == wickfs::Error::foreign && holds_database(*image->disk_))
    return fail(fmt::format("{} holds an SQLite database and no files.", path.string()),
                fmt::format("`wick volume cp {}:{} FILE` takes it out.", path.string(), kDatabasePath));
  std::string hint;
  if (wrong == wickfs::Error::empty) hint = fmt::format("`wick volume create {}` makes a volume of it.", path.string());
  if (const wickfs::Damage& damage = image->volume_.damage(); damage.what)
    hint = fmt::format("{} is damaged, at block {}.", damage.what, damage.block);
  return fail(fmt::format("{} is no volume that can be used: {}.", path.string(), wickfs::text_of(wrong)), hint);
}

Result<void> Image::close() {
  if (ok(volume_.unmount())) return {};
  return fail(fmt::format("{} can't be written: what was changed last is lost.", path_.string()));
}

}  // namespace wick::tool
