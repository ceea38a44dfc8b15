// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The core's errors as POSIX names them, and the volume's blocks.

#include "fs/wickfs/wickfs.h"

namespace wick::fs {

Outcome outcome_of(wickfs::Error error) {
  using wickfs::Error;
  switch (error) {
    case Error::none:
      return 0;
    case Error::read_only:
      return -EROFS;
    case Error::no_space:
      return -ENOSPC;
    case Error::not_found:
      return -ENOENT;
    case Error::exists:
      return -EEXIST;
    case Error::not_directory:
      return -ENOTDIR;
    case Error::is_directory:
      return -EISDIR;
    case Error::not_empty:
      return -ENOTEMPTY;
    case Error::name_too_long:
      return -ENAMETOOLONG;
    case Error::invalid:
      return -EINVAL;
    case Error::file_too_large:
      return -EFBIG;
    case Error::empty:
    case Error::foreign:
    case Error::newer:
    case Error::too_small:
    case Error::too_large:
    case Error::input_output:
    case Error::corrupt:
      break;
  }
  return -EIO;
}

bool VolumeDisk::read(std::uint64_t block, void* to, std::size_t count) {
  const std::size_t bytes = count * wickfs::kBlockBytes;
  return !stale() && volume_->read(to, bytes, block * wickfs::kBlockBytes) == static_cast<Outcome>(bytes);
}

bool VolumeDisk::write(std::uint64_t block, const void* from, std::size_t count) {
  const std::size_t bytes = count * wickfs::kBlockBytes;
  return !stale() && volume_->write(from, bytes, block * wickfs::kBlockBytes) == static_cast<Outcome>(bytes);
}

bool VolumeDisk::write_all(std::span<const wickfs::Piece> pieces) {
  constexpr std::size_t kAtOnce = 16;
  Volume::Extent extents[kAtOnce];
  while (!pieces.empty()) {
    const std::size_t count = pieces.size() < kAtOnce ? pieces.size() : kAtOnce;
    for (std::size_t i = 0; i < count; i++) {
      const wickfs::Piece& piece = pieces[i];
      // write() only reads there.
      extents[i] = {piece.block * wickfs::kBlockBytes, const_cast<void*>(piece.from),
                    piece.count * wickfs::kBlockBytes};
    }
    if (stale() || volume_->write({extents, count}) != 0) return false;
    pieces = pieces.subspan(count);
  }
  return true;
}

}  // namespace wick::fs
