// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A file with a position: reading and writing in sequence, made of reading and writing at an offset.

#include <fcntl.h>
#include <unistd.h>

#include "fs/file.h"

namespace wick::fs {

class Seekable : public FileOperations {
 public:
  Outcome read(void* to, std::size_t bytes) override {
    const Outcome got = read_at(to, bytes, position_);
    if (got > 0) position_ += static_cast<std::uint64_t>(got);
    return got;
  }

  Outcome write(const void* from, std::size_t bytes) override {
    if (flags & O_APPEND) position_ = size();
    const Outcome put = write_at(from, bytes, position_);
    if (put > 0) position_ += static_cast<std::uint64_t>(put);
    return put;
  }

  Outcome seek(std::int64_t offset, int whence) override {
    std::int64_t base = 0;
    if (whence == SEEK_CUR) base = static_cast<std::int64_t>(position_);
    if (whence == SEEK_END) base = static_cast<std::int64_t>(size());
    if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) return -EINVAL;
    std::int64_t target;
    if (__builtin_add_overflow(base, offset, &target)) return -EOVERFLOW;
    if (target < 0) return -EINVAL;
    position_ = static_cast<std::uint64_t>(target);
    return target;
  }

 protected:
  ~Seekable() = default;

 private:
  virtual std::uint64_t size() = 0;
  std::uint64_t position_ = 0;
};

}  // namespace wick::fs
