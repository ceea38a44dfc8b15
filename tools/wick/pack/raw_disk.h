// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A raw disk to be packed: whole sectors in a file, most of which are zero. Writers of formats see what
// isn't, and a number that stands for all of it.

#include <array>
#include <cstdint>
#include <functional>
#include <span>

#include "base/output_file.h"
#include "pack/sha256.h"

namespace wick::tool {

constexpr std::size_t kSector = 512;
constexpr std::uint64_t kKiB = 1024, kMiB = kKiB << 10, kGiB = kMiB << 10;

class RawDisk {
 public:
  /// Fails when it can't be read, is empty, or ends within a sector.
  static Result<RawDisk> open(const fs::path& path);
  ~RawDisk();
  RawDisk(RawDisk&& from) noexcept;
  RawDisk& operator=(RawDisk&&) = delete;

  std::uint64_t bytes() const { return bytes_; }
  std::uint64_t sectors() const { return bytes_ / kSector; }
  const fs::path& path() const { return path_; }
  /// In sentences from now on, of a copy by the name of what it was made of.
  void call(const fs::path& name) { path_ = name; }

  /// What is called for a piece of the disk, by its number. @return false to stop
  using Visit = std::function<bool(std::uint64_t index, std::span<const std::byte> bytes)>;
  /// Visits all pieces that aren't zero, in order; the last one of the disk is filled with zeros. Holes of the file
  /// cost nothing. @param piece bytes, a power of two of at least a sector. Fails when the disk can't be read.
  Result<void> each_used(std::size_t piece, const Visit& visit) const;

  /// What lies at a byte of the disk and behind it. Fails when the disk can't be read, or ends before that.
  Result<void> read_all(std::uint64_t at, std::span<std::byte> to) const;

  /// SHA-256 of the size and of all that isn't zero with its place: the same for the same disk, wherever its holes are.
  Result<Digest> digest() const;

 private:
  RawDisk(const fs::path& path, int file) : path_(path), file_(file) {}
  std::unexpected<Error> cant_read() const;
  bool read(std::uint64_t at, std::span<std::byte> to) const;
  std::uint64_t next_data(std::uint64_t from) const;

  fs::path path_;
  int file_;
  std::uint64_t bytes_ = 0;
};

/// The disk as it is at the beginning of a new file, with a hole where it is zero.
Result<void> copy_used(const RawDisk& disk, OutputFile& to);

}  // namespace wick::tool
