// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/raw_disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "base/interruptible.h"
#include "base/stored.h"

namespace wick::tool {
/// Fills `to` with what is there from `at` on. @return false: errno says why
bool RawDisk::read(std::uint64_t at, std::span<std::byte> to) const {
  while (!to.empty()) {
    if (Interruptible::signal()) {
      errno = EINTR;
      return false;
    }
    const ssize_t got = pread(file_, to.data(), to.size(), static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) errno = ENODATA;  // somebody has cut it off meanwhile
    if (got <= 0) return false;
    at += static_cast<std::uint64_t>(got);
    to = to.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

/// Where data begins at `from` or behind it; the disk's end when there is none. A file system without
/// holes has data everywhere.
std::uint64_t RawDisk::next_data(std::uint64_t from) const {
  const off_t found = lseek(file_, static_cast<off_t>(from), SEEK_DATA);
  if (found >= 0) return static_cast<std::uint64_t>(found);
  return errno == ENXIO ? bytes_ : from;
}

Result<RawDisk> RawDisk::open(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  RawDisk disk(path, file);
  struct stat found{};
  if (file < 0 || fstat(file, &found) != 0) return disk.cant_read();
  if (!S_ISREG(found.st_mode) && !S_ISBLK(found.st_mode)) return fail(fmt::format("{} is no file.", path.string()));
  disk.bytes_ = static_cast<std::uint64_t>(std::max<off_t>(lseek(file, 0, SEEK_END), 0));
  if (disk.bytes_ == 0) return fail(fmt::format("{} is empty: no disk.", path.string()));
  if (disk.bytes_ % kSector != 0)
    return fail(fmt::format("{} is no raw disk: its {} bytes are no whole number of sectors of {}.", path.string(),
                            disk.bytes_, kSector));
  return disk;
}

RawDisk::RawDisk(RawDisk&& from) noexcept
    : path_(std::move(from.path_)), file_(std::exchange(from.file_, -1)), bytes_(from.bytes_) {}

RawDisk::~RawDisk() {
  if (file_ >= 0) close(file_);
}

std::unexpected<Error> RawDisk::cant_read() const {
  return fail(fmt::format("{} can't be read: {}.", path_.string(), std::strerror(errno)));
}

Result<void> RawDisk::each_used(std::size_t piece, const Visit& visit) const {
  std::vector<std::byte> buffer(piece);
  for (std::uint64_t at = 0; at < bytes_; at += piece) {
    at = next_data(at) / piece * piece;
    if (at >= bytes_) break;
    const std::size_t count = std::min<std::uint64_t>(piece, bytes_ - at);
    if (!read(at, std::span(buffer).first(count))) return cant_read();
    std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(count), buffer.end(), std::byte{0});
    if (!all_zero(buffer) && !visit(at / piece, buffer)) break;
  }
  return {};
}

Result<void> RawDisk::read_all(std::uint64_t at, std::span<std::byte> to) const {
  return read(at, to) ? Result<void>{} : cant_read();
}

Result<Digest> RawDisk::digest() const {
  Sha256 sum;
  sum.add(bytes_of(Little64(bytes_)));
  const auto read = each_used(4 * kKiB, [&](std::uint64_t index, std::span<const std::byte> bytes) {
    sum.add(bytes_of(Little64(index)));
    sum.add(bytes);
    return true;
  });
  if (!read) return std::unexpected(read.error());
  return sum.end();
}

Result<void> copy_used(const RawDisk& disk, OutputFile& to) {
  constexpr std::size_t kPiece = 4 * kKiB;
  to.extend(disk.bytes());
  return disk.each_used(kPiece, [&](std::uint64_t index, std::span<const std::byte> bytes) {
    const std::uint64_t at = index * kPiece;
    return to.rewrite(at, bytes.first(std::min<std::uint64_t>(kPiece, disk.bytes() - at)));
  });
}

}  // namespace wick::tool
