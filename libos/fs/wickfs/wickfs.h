// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A wickfs volume in the tree of files: paths, descriptors and errno around the core (wickfs/volume.h), which knows
// none of these.

#include "boot/checkpoint.h"
#include "fs/disks.h"
#include "sched/mutex.h"
#include "sched/thread.h"
#include "time/clock.h"
#include "wickfs/volume.h"

namespace wick::fs {

/// @return 0 or a negative errno
Outcome outcome_of(wickfs::Error error);

/// The blocks of a volume.
class VolumeDisk final : public wickfs::Disk {
 public:
  void use(Volume& volume) { volume_ = &volume, returns_ = boot::returns(); }
  /// After a return to a checkpoint the disk isn't what memory says any more: it can't be used until somebody has
  /// looked.
  bool stale() const { return boot::returns() != returns_; }
  void renew() { returns_ = boot::returns(); }

  bool read(std::uint64_t block, void* to, std::size_t count) override;
  bool write(std::uint64_t block, const void* from, std::size_t count) override;
  bool write_all(std::span<const wickfs::Piece> pieces) override;
  bool flush() override { return !stale() && volume_->flush() == 0; }
  /// @return whether the disk is larger than it was when somebody looked last
  bool has_grown() {
    const std::uint64_t before = volume_->size();
    return !stale() && volume_->look_again() > before;
  }
  std::uint64_t blocks() const override { return volume_->size() / wickfs::kBlockBytes; }
  bool read_only() const override { return volume_->read_only(); }

 private:
  Volume* volume_ = nullptr;
  std::uint32_t returns_ = 0;
};

/// A file or directory that some descriptor has open; all descriptors of one share it.
struct OpenInode {
  wickfs::Inode number;
  std::uint32_t count;
  bool nameless;  ///< given back with the last descriptor
  OpenInode* next;
};

class Wickfs final : public FileSystem {
 public:
  Outcome open(std::string_view path, int flags, mode_t mode, FileOperations*& file) override;
  Outcome stat(std::string_view path, struct stat& to) override;
  Outcome next_entry(std::string_view path, std::uint64_t& cookie, ::dirent& to) override;
  Outcome make_directory(std::string_view path, mode_t mode) override;
  Outcome make_socket(std::string_view path, mode_t mode) override;
  Outcome remove(std::string_view path, bool directory) override;
  Outcome rename(std::string_view from, std::string_view to) override;
  Outcome set_mode(std::string_view path, mode_t mode) override;
  Outcome set_time(std::string_view path, const timespec& changed) override;
  bool read_only() const override { return core_->read_only(); }
  Outcome sync() override;
  void space(struct statvfs& to) const override;

  /// @param options words of the volume's description, each with a colon in front but the first
  /// @return a sentence that says why not
  const char* start(Volume& volume, std::string_view point, std::string_view options);
  /// At the program's end.
  void finish();

 private:
  friend class WickfsFile;
  /// Held around each call of the core. What waits for the disk within lets other threads run, but not into it.
  class Held;

  const char* mount(bool may_format);
  void tell_damage() const;
  /// Of a damage that somebody has met.
  void stop_writing();
  bool is_damaged_for_writing() const { return reads_when_damaged_ && !core_->read_only() && core_->damage().what; }
  void make_core();
  /// Looks at the disk again.
  void renew();
  Outcome make(std::string_view path, mode_t mode, wickfs::Inode& made);
  Outcome parent_of(std::string_view path, wickfs::Inode& directory);
  wickfs::Error find(std::string_view path, wickfs::Inode& found) {
    return core_->find(path.substr(point_.size()), found);
  }
  OpenInode* open_inode(wickfs::Inode number);
  OpenInode* opened(wickfs::Inode number);
  void close(OpenInode& inode);
  /// Makes a change, on what the disk has grown by where there was no space, and sees to it that it becomes durable
  /// soon.
  template <typename Change>
  Outcome change(Change&& change) {
    wickfs::Error outcome = change();
    if (outcome == wickfs::Error::no_space && disk_.has_grown() && ok(core_->grow())) outcome = change();
    return changed(outcome);
  }
  Outcome changed(wickfs::Error error);
  void keep_durable();
  void fill(const wickfs::Status& status, struct stat& to) const;

  VolumeDisk disk_;
  wickfs::Volume* core_ = nullptr;
  alignas(wickfs::Volume) std::byte core_room_[sizeof(wickfs::Volume)]{};
  std::string_view point_;
  std::byte* memory_ = nullptr;  ///< of the core's cache
  dev_t device_ = 0;
  bool reads_when_damaged_ = false;
  OpenInode* open_ = nullptr;
  sched::RecursiveMutex mutex_;
  sched::WaitQueue work_;  ///< of the thread that commits
};

/// @return nullptr without memory
FileOperations* make_wickfs_file(Wickfs& file_system, OpenInode& inode);

}  // namespace wick::fs
