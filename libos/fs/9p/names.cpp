// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Paths of a shared folder.

#include <fcntl.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "fs/9p/file.h"

namespace wick::fs {

void Shared::fill(const ninep::Attributes& attributes, struct stat& to) const {
  const auto time_of = [](const ninep::Time& at) {
    return timespec{static_cast<time_t>(at.seconds), static_cast<long>(at.nanoseconds)};
  };
  to = {};
  to.st_dev = device_;
  to.st_ino = static_cast<ino_t>(attributes.qid.path);
  to.st_mode = static_cast<mode_t>(attributes.mode & 0177777);
  to.st_nlink = static_cast<nlink_t>(attributes.links);
  to.st_size = static_cast<off_t>(attributes.size);
  to.st_blksize = drivers::kShareMessage / 2;
  to.st_blocks = static_cast<blkcnt_t>(attributes.blocks);
  to.st_atim = time_of(attributes.accessed);
  to.st_mtim = time_of(attributes.modified);
  to.st_ctim = time_of(attributes.changed);
}

Outcome Shared::keep_open(ninep::Fid fid, FileOperations*& file) {
  void* const room = std::malloc(sizeof(SharedFile));
  if (!room) {
    client_.forget(fid);
    return -ENOMEM;
  }
  file = new (room) SharedFile(*this, fid);
  return 0;
}

namespace {

ninep::Access access_of(int flags) {
  const int mode = flags & O_ACCMODE;
  return mode == O_RDONLY ? ninep::Access::read : mode == O_WRONLY ? ninep::Access::write : ninep::Access::both;
}

}  // namespace

Outcome Shared::make_file(std::string_view path, int flags, mode_t mode, ninep::Fid& fid) {
  Place directory(*this, parent(path));
  if (!ok(directory.wrong)) return outcome_of(directory.wrong);
  ninep::Access access = access_of(flags);
  if (flags & O_EXCL) access = access | ninep::Access::exclusive;
  const ninep::Error wrong = client_.create(directory.fid, last_component(path), access, mode & 0777u);
  if (ok(wrong)) fid = directory.keep();
  return outcome_of(wrong);
}

Outcome Shared::open(std::string_view path, int flags, mode_t mode, FileOperations*& file) {
  const Held held(*this);
  Place place(*this, path);
  if (place.wrong == ninep::Error::not_found && (flags & O_CREAT)) {
    ninep::Fid made;
    const Outcome wrong = make_file(path, flags, mode, made);
    return wrong ? wrong : keep_open(made, file);
  }
  if (!ok(place.wrong)) return outcome_of(place.wrong);
  if ((flags & O_CREAT) && (flags & O_EXCL)) return -EEXIST;
  ninep::Attributes found;
  if (const ninep::Error wrong = client_.get(place.fid, found); !ok(wrong)) return outcome_of(wrong);
  // What isn't a file of bytes would wait on the host for somebody there.
  if (!S_ISREG(found.mode)) return S_ISDIR(found.mode) ? -EISDIR : S_ISLNK(found.mode) ? -ELOOP : -ENXIO;
  ninep::Access access = access_of(flags);
  if ((flags & O_TRUNC) && access != ninep::Access::read) access = access | ninep::Access::truncate;
  if (const ninep::Error wrong = client_.open(place.fid, access); !ok(wrong)) return outcome_of(wrong);
  return keep_open(place.keep(), file);
}

Outcome Shared::stat(std::string_view path, struct stat& to) {
  const Held held(*this);
  const Place place(*this, path);
  if (!ok(place.wrong)) return outcome_of(place.wrong);
  ninep::Attributes found;
  if (const ninep::Error wrong = client_.get(place.fid, found); !ok(wrong)) return outcome_of(wrong);
  fill(found, to);
  return 0;
}

/// Makes a change to a name of the directory that has it.
template <typename Change>
Outcome Shared::in_parent(std::string_view path, Change&& change) {
  if (path == point_) return -EBUSY;
  const Place directory(*this, parent(path));
  return ok(directory.wrong) ? outcome_of(change(directory.fid, last_component(path))) : outcome_of(directory.wrong);
}

Outcome Shared::make_directory(std::string_view path, mode_t mode) {
  const Held held(*this);
  if (path == point_) return -EEXIST;
  return in_parent(path, [&](ninep::Fid directory, std::string_view name) {
    return client_.make_directory(directory, name, mode & 01777u);
  });
}

Outcome Shared::remove(std::string_view path, bool is_directory) {
  const Held held(*this);
  return in_parent(
      path, [&](ninep::Fid directory, std::string_view name) { return client_.remove(directory, name, is_directory); });
}

Outcome Shared::rename(std::string_view from, std::string_view to) {
  const Held held(*this);
  if (to == point_) return -EBUSY;
  const Place target(*this, parent(to));
  if (!ok(target.wrong)) return outcome_of(target.wrong);
  return in_parent(from, [&](ninep::Fid directory, std::string_view name) {
    return client_.rename(directory, name, target.fid, last_component(to));
  });
}

Outcome Shared::set_mode(std::string_view path, mode_t mode) {
  const Held held(*this);
  const Place place(*this, path);
  return outcome_of(ok(place.wrong) ? client_.set(place.fid, {.mode = mode & 07777u}) : place.wrong);
}

Outcome Shared::set_time(std::string_view path, const timespec& changed) {
  const Held held(*this);
  const Place place(*this, path);
  return outcome_of(ok(place.wrong) ? client_.set(place.fid, new_time(changed)) : place.wrong);
}

/// Of all that is open, and of the names in the folder itself.
Outcome Shared::sync() {
  const Held held(*this);
  Outcome outcome = 0;
  for (const SharedFile* file = files_; file; file = file->next())
    if (const Outcome wrong = outcome_of(client_.sync(file->fid()))) outcome = wrong;
  const Place root(*this, point_);
  if (!ok(root.wrong)) return outcome_of(root.wrong);
  if (const ninep::Error wrong = client_.open(root.fid, ninep::Access::read); !ok(wrong)) return outcome_of(wrong);
  const Outcome last = outcome_of(client_.sync(root.fid));
  return outcome ? outcome : last;
}

void Shared::space(struct statvfs& to) const {
  const Held held(*this);
  ninep::Space found;
  if (!ok(client_.space(found))) return;
  to.f_bsize = to.f_frsize = found.block_size;
  to.f_blocks = static_cast<fsblkcnt_t>(found.blocks);
  to.f_bfree = static_cast<fsblkcnt_t>(found.free);
  to.f_bavail = static_cast<fsblkcnt_t>(found.available);
  to.f_files = static_cast<fsfilcnt_t>(found.files);
  to.f_ffree = to.f_favail = static_cast<fsfilcnt_t>(found.free_files);
}

}  // namespace wick::fs
