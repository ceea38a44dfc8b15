// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See file.h. A transfer goes as messages of one size at most; what one of them brings less than asked ends it.

#include "fs/9p/file.h"

#include <algorithm>
#include <cstdlib>

namespace wick::fs {

Outcome SharedFile::read_at(void* to, std::size_t bytes, std::uint64_t offset) {
  const Shared::Held held(its_);
  const std::span all(static_cast<std::uint8_t*>(to), bytes);
  std::size_t done = 0;
  while (done < bytes) {
    std::size_t got = 0;
    const ninep::Error wrong = its_.client_.read(fid_, offset + done, all.subspan(done), got);
    if (!ok(wrong) && done == 0) return outcome_of(wrong);
    if (!ok(wrong) || got == 0) break;
    done += got;
  }
  return static_cast<Outcome>(done);
}

/// An append finds the end under the same lock that it writes under; the host may append meanwhile.
Outcome SharedFile::write(const void* from, std::size_t bytes) {
  const Shared::Held held(its_);
  return Seekable::write(from, bytes);
}

Outcome SharedFile::write_at(const void* from, std::size_t bytes, std::uint64_t offset) {
  const Shared::Held held(its_);
  const std::span all(static_cast<const std::uint8_t*>(from), bytes);
  std::size_t done = 0;
  while (done < bytes) {
    std::size_t put = 0;
    const ninep::Error wrong = its_.client_.write(fid_, offset + done, all.subspan(done), put);
    if (!ok(wrong) && done == 0) return outcome_of(wrong);
    if (!ok(wrong) || put == 0) break;
    done += put;
  }
  return done == 0 && bytes > 0 ? -EIO : static_cast<Outcome>(done);
}

Outcome SharedFile::stat(struct stat& to) {
  const Shared::Held held(its_);
  ninep::Attributes found;
  if (const ninep::Error wrong = its_.client_.get(fid_, found); !ok(wrong)) return outcome_of(wrong);
  its_.fill(found, to);
  return 0;
}

std::uint64_t SharedFile::size() {
  const Shared::Held held(its_);
  ninep::Attributes found;
  return ok(its_.client_.get(fid_, found)) ? found.size : 0;
}

Outcome SharedFile::change(const ninep::Changes& changes) {
  const Shared::Held held(its_);
  return outcome_of(its_.client_.set(fid_, changes));
}

Outcome SharedFile::truncate(std::uint64_t bytes) { return change({.size = bytes}); }
Outcome SharedFile::set_mode(mode_t mode) { return change({.mode = mode & 07777u}); }
Outcome SharedFile::set_time(const timespec& changed) { return change(new_time(changed)); }

Outcome SharedFile::sync() {
  const Shared::Held held(its_);
  return outcome_of(its_.client_.sync(fid_));
}

void SharedFile::destroy() {
  const Shared::Held held(its_);
  SharedFile** place = &its_.files_;
  while (*place != this) place = &(*place)->next_;
  *place = next_;
  its_.client_.forget(fid_);
  std::free(this);
}

}  // namespace wick::fs
