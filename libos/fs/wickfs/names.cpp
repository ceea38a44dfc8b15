// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Paths of a wickfs volume.

#include <dirent.h>
#include <fcntl.h>
#include <sys/statvfs.h>

#include <cstdlib>
#include <new>

#include "fs/path.h"
#include "fs/wickfs/held.h"

namespace wick::fs {

void Wickfs::fill(const wickfs::Status& status, struct stat& to) const {
  constexpr std::uint64_t kSecond = 1'000'000'000;
  auto time_of = [](std::uint64_t at) {
    return timespec{static_cast<time_t>(at / kSecond), static_cast<long>(at % kSecond)};
  };
  to = {};
  to.st_dev = device_;
  to.st_ino = static_cast<ino_t>(status.inode);
  to.st_mode = static_cast<mode_t>(status.mode);
  to.st_nlink = static_cast<nlink_t>(S_ISDIR(status.mode) ? 2 : status.links);
  to.st_size = static_cast<off_t>(S_ISDIR(status.mode) ? wickfs::kBlockBytes : status.size);
  to.st_blksize = wickfs::kBlockBytes;
  to.st_blocks = static_cast<blkcnt_t>(status.blocks * (wickfs::kBlockBytes / 512));
  to.st_atim = to.st_mtim = time_of(status.modified);
  to.st_ctim = time_of(status.changed);
}

OpenInode* Wickfs::opened(wickfs::Inode number) {
  OpenInode* inode = open_;
  while (inode && inode->number != number) inode = inode->next;
  return inode;
}

OpenInode* Wickfs::open_inode(wickfs::Inode number) {
  OpenInode* inode = opened(number);
  if (!inode) {
    void* room = std::malloc(sizeof(OpenInode));
    if (!room) return nullptr;
    inode = open_ = new (room) OpenInode{number, 0, false, open_};
  }
  inode->count++;
  return inode;
}

void Wickfs::close(OpenInode& inode) {
  if (--inode.count > 0) return;
  if (inode.nameless) (void)changed(core_->reclaim(inode.number));  // else the next mount does it
  OpenInode** place = &open_;
  while (*place != &inode) place = &(*place)->next;
  *place = inode.next;
  std::free(&inode);
}

Outcome Wickfs::parent_of(std::string_view path, wickfs::Inode& directory) {
  return path == point_ ? -EBUSY : outcome_of(find(parent(path), directory));
}

Outcome Wickfs::make(std::string_view path, mode_t mode, wickfs::Inode& made) {
  wickfs::Inode directory;
  if (path == point_) return -EEXIST;
  if (const Outcome wrong = parent_of(path, directory)) return wrong;
  return change([&] { return core_->create(directory, last_component(path), mode, made); });
}

Outcome Wickfs::open(std::string_view path, int flags, mode_t mode, FileOperations*& file) {
  const Held held(*this);
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  wickfs::Inode number;
  wickfs::Status status;
  wickfs::Error there = find(path, number);
  if (there == wickfs::Error::not_found && (flags & O_CREAT)) {
    if (const Outcome wrong = make(path, S_IFREG | (mode & 0777), number)) return wrong;
  } else if (!ok(there)) {
    return outcome_of(there);
  } else if ((flags & O_CREAT) && (flags & O_EXCL)) {
    return -EEXIST;
  } else if (there = core_->stat(number, status); !ok(there)) {
    return outcome_of(there);
  } else if (!S_ISREG(status.mode)) {
    return S_ISDIR(status.mode) ? -EISDIR : -ENXIO;  // a socket, which connect() reaches
  } else if (core_->read_only() && (writes || (flags & O_TRUNC))) {
    return -EROFS;
  }
  OpenInode* const inode = open_inode(number);
  if (!inode) return -ENOMEM;
  file = make_wickfs_file(*this, *inode);
  if (!file) {
    close(*inode);
    return -ENOMEM;
  }
  if (!(flags & O_TRUNC) || !writes) return 0;
  const Outcome wrong = file->truncate(0);
  if (wrong) file->destroy();
  return wrong;
}

Outcome Wickfs::stat(std::string_view path, struct stat& to) {
  const Held held(*this);
  wickfs::Inode number;
  wickfs::Status status;
  if (const wickfs::Error wrong = find(path, number); !ok(wrong)) return outcome_of(wrong);
  if (const wickfs::Error wrong = core_->stat(number, status); !ok(wrong)) return outcome_of(wrong);
  fill(status, to);
  return 0;
}

Outcome Wickfs::next_entry(std::string_view path, std::uint64_t& cookie, ::dirent& to) {
  const Held held(*this);
  wickfs::Inode directory;
  wickfs::Entry entry;
  if (const wickfs::Error wrong = find(path, directory); !ok(wrong)) return outcome_of(wrong);
  const wickfs::Error outcome = core_->next_entry(directory, cookie, entry);
  if (outcome == wickfs::Error::not_found) return 0;
  if (!ok(outcome)) return outcome_of(outcome);
  set_entry(to, entry.name(), entry.inode, S_ISDIR(entry.type) ? DT_DIR : S_ISSOCK(entry.type) ? DT_SOCK : DT_REG);
  return 1;
}

Outcome Wickfs::make_directory(std::string_view path, mode_t mode) {
  const Held held(*this);
  wickfs::Inode made;
  return make(path, S_IFDIR | (mode & 01777), made);
}

Outcome Wickfs::make_socket(std::string_view path, mode_t mode) {
  const Held held(*this);
  wickfs::Inode made;
  return make(path, S_IFSOCK | (mode & 0777), made);
}

Outcome Wickfs::remove(std::string_view path, bool directory) {
  const Held held(*this);
  wickfs::Inode above, number;
  wickfs::Status status;
  if (const Outcome wrong = parent_of(path, above)) return wrong;
  if (const wickfs::Error wrong = find(path, number); !ok(wrong)) return outcome_of(wrong);
  if (const wickfs::Error wrong = core_->stat(number, status); !ok(wrong)) return outcome_of(wrong);
  if (directory != S_ISDIR(status.mode)) return directory ? -ENOTDIR : -EISDIR;
  OpenInode* const open = opened(number);
  const Outcome outcome = changed(core_->remove(above, last_component(path), open));
  if (open && outcome == 0) open->nameless = true;
  return outcome;
}

Outcome Wickfs::rename(std::string_view from, std::string_view to) {
  const Held held(*this);
  wickfs::Inode source, target, replaced;
  if (const Outcome wrong = parent_of(from, source)) return wrong;
  if (const Outcome wrong = parent_of(to, target)) return wrong;
  OpenInode* const open = from != to && ok(find(to, replaced)) ? opened(replaced) : nullptr;
  const Outcome outcome =
      change([&] { return core_->rename(source, last_component(from), target, last_component(to), open); });
  if (open && outcome == 0) open->nameless = true;
  return outcome;
}

Outcome Wickfs::set_mode(std::string_view path, mode_t mode) {
  const Held held(*this);
  wickfs::Inode number;
  if (const wickfs::Error wrong = find(path, number); !ok(wrong)) return outcome_of(wrong);
  return changed(core_->set_mode(number, mode));
}

Outcome Wickfs::set_time(std::string_view path, const timespec& time) {
  const Held held(*this);
  wickfs::Inode number;
  if (const wickfs::Error wrong = find(path, number); !ok(wrong)) return outcome_of(wrong);
  return changed(core_->set_time(number, nanoseconds_of(time)));
}

Outcome Wickfs::sync() {
  const Held held(*this);
  return outcome_of(core_->sync());
}

void Wickfs::space(struct statvfs& to) const {
  const wickfs::Statistics all = core_->statistics();
  to.f_bsize = to.f_frsize = wickfs::kBlockBytes;
  to.f_blocks = static_cast<fsblkcnt_t>(all.blocks);
  to.f_bfree = to.f_bavail = static_cast<fsblkcnt_t>(all.free);
}

}  // namespace wick::fs
