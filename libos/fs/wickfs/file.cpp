// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// An open file of a wickfs volume.

#include <cstdlib>
#include <new>

#include "fs/seekable.h"
#include "fs/wickfs/held.h"

namespace wick::fs {

class WickfsFile final : public Seekable {
 public:
  WickfsFile(Wickfs& its, OpenInode& inode) : its_(its), inode_(inode) {}

  Outcome read_at(void* to, std::size_t bytes, std::uint64_t offset) override {
    const Wickfs::Held held(its_);
    std::size_t got;
    const wickfs::Error wrong = its_.core_->read(inode_.number, offset, to, bytes, got);
    return ok(wrong) || got > 0 ? static_cast<Outcome>(got) : outcome_of(wrong);
  }

  /// An append finds the end under the same lock that it writes under.
  Outcome write(const void* from, std::size_t bytes) override {
    const Wickfs::Held held(its_);
    return Seekable::write(from, bytes);
  }

  Outcome write_at(const void* from, std::size_t bytes, std::uint64_t offset) override {
    const Wickfs::Held held(its_);
    std::size_t put;
    const Outcome outcome = its_.change([&] { return its_.core_->write(inode_.number, offset, from, bytes, put); });
    return put > 0 ? static_cast<Outcome>(put) : outcome;
  }

  Outcome stat(struct stat& to) override {
    const Wickfs::Held held(its_);
    wickfs::Status status;
    if (const wickfs::Error wrong = its_.core_->stat(inode_.number, status); !ok(wrong)) return outcome_of(wrong);
    its_.fill(status, to);
    return 0;
  }

  Outcome truncate(std::uint64_t bytes) override {
    const Wickfs::Held held(its_);
    return its_.changed(its_.core_->truncate(inode_.number, bytes));
  }

  Outcome set_mode(mode_t mode) override {
    const Wickfs::Held held(its_);
    return its_.changed(its_.core_->set_mode(inode_.number, mode));
  }

  Outcome set_time(const timespec& changed) override {
    const Wickfs::Held held(its_);
    return its_.changed(its_.core_->set_time(inode_.number, nanoseconds_of(changed)));
  }

  Outcome sync() override { return its_.sync(); }

  void destroy() override {
    const Wickfs::Held held(its_);
    its_.close(inode_);
    std::free(this);
  }

 private:
  std::uint64_t size() override {
    wickfs::Status status;
    const Wickfs::Held held(its_);
    return ok(its_.core_->stat(inode_.number, status)) ? status.size : 0;
  }

  Wickfs& its_;
  OpenInode& inode_;
};

FileOperations* make_wickfs_file(Wickfs& file_system, OpenInode& inode) {
  void* room = std::malloc(sizeof(WickfsFile));
  return room ? new (room) WickfsFile(file_system, inode) : nullptr;
}

}  // namespace wick::fs
