// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Reading and writing in pieces, and at a position of one's own.

#include <sys/uio.h>
#include <unistd.h>

#include "posix/result.h"

using namespace wick;
using posix::on_file;

namespace {

/// @return 0, or -EINVAL for lists that POSIX refuses
fs::Outcome check(const iovec* pieces, int count) {
  if (count < 0 || count > IOV_MAX) return -EINVAL;
  std::size_t total = 0;
  for (int i = 0; i < count; i++) {
    if (__builtin_add_overflow(total, pieces[i].iov_len, &total) || total > PTRDIFF_MAX) return -EINVAL;
  }
  return 0;
}

template <typename Move>
fs::Outcome each_at(const iovec* pieces, int count, off_t offset, Move&& move) {
  if (offset < 0 || check(pieces, count) < 0) return -EINVAL;
  fs::Outcome total = 0;
  for (int i = 0; i < count; i++) {
    const fs::Outcome moved = move(pieces[i], static_cast<std::uint64_t>(offset + total));
    if (moved < 0) return total > 0 ? total : moved;
    total += moved;
    if (static_cast<std::size_t>(moved) < pieces[i].iov_len) break;
  }
  return total;
}

}  // namespace

extern "C" {

ssize_t readv(int descriptor, const iovec* pieces, int count) {
  return on_file(descriptor, [=](auto& file) {
    if (const auto wrong = check(pieces, count)) return wrong;
    return posix::readable(file) ? file.readv(pieces, count) : -EBADF;
  });
}

ssize_t writev(int descriptor, const iovec* pieces, int count) {
  return posix::told_of_broken_pipe(on_file(descriptor, [=](auto& file) {
    if (const auto wrong = check(pieces, count)) return wrong;
    return posix::writable(file) ? file.writev(pieces, count) : -EBADF;
  }));
}

ssize_t pread(int descriptor, void* to, size_t bytes, off_t offset) {
  const iovec piece{to, bytes};
  return preadv(descriptor, &piece, 1, offset);
}

ssize_t pwrite(int descriptor, const void* from, size_t bytes, off_t offset) {
  const iovec piece{const_cast<void*>(from), bytes};
  return pwritev(descriptor, &piece, 1, offset);
}

ssize_t preadv(int descriptor, const iovec* pieces, int count, off_t offset) {
  return on_file(descriptor, [=](auto& file) -> fs::Outcome {
    if (!posix::readable(file)) return -EBADF;
    return each_at(pieces, count, offset, [&](const iovec& piece, std::uint64_t at) {
      return file.read_at(piece.iov_base, piece.iov_len, at);
    });
  });
}

ssize_t pwritev(int descriptor, const iovec* pieces, int count, off_t offset) {
  return on_file(descriptor, [=](auto& file) -> fs::Outcome {
    if (!posix::writable(file)) return -EBADF;
    return each_at(pieces, count, offset, [&](const iovec& piece, std::uint64_t at) {
      return file.write_at(piece.iov_base, piece.iov_len, at);
    });
  });
}

}  // extern "C"
