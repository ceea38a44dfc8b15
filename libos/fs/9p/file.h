// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An open file of a shared folder.

#include "fs/9p/shared.h"
#include "fs/seekable.h"

namespace wick::fs {

class SharedFile final : public Seekable {
 public:
  /// With the file system held.
  SharedFile(Shared& its, ninep::Fid fid) : its_(its), fid_(fid), next_(its.files_) { its.files_ = this; }

  Outcome read_at(void* to, std::size_t bytes, std::uint64_t offset) override;
  Outcome write(const void* from, std::size_t bytes) override;
  Outcome write_at(const void* from, std::size_t bytes, std::uint64_t offset) override;
  Outcome stat(struct stat& to) override;
  Outcome truncate(std::uint64_t bytes) override;
  Outcome set_mode(mode_t mode) override;
  Outcome set_time(const timespec& changed) override;
  Outcome sync() override;
  void destroy() override;

  ninep::Fid fid() const { return fid_; }
  SharedFile* next() const { return next_; }

 private:
  std::uint64_t size() override;
  Outcome change(const ninep::Changes& changes);

  Shared& its_;
  ninep::Fid fid_;
  SharedFile* next_;
};

/// As the server wants it.
inline ninep::Changes new_time(const timespec& time) {
  ninep::Changes changes;
  changes.sets_modified = true;
  changes.modified = {static_cast<std::uint64_t>(time.tv_sec), static_cast<std::uint64_t>(time.tv_nsec)};
  return changes;
}

}  // namespace wick::fs
