// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See tmpfs.h.

#include "fs/tmpfs.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/statvfs.h>

#include "abi/types.h"
#include "fs/path.h"
#include "fs/tmpfs_node.h"
#include "wick/memory.h"

namespace wick::fs {

TmpfsNode* Tmpfs::root() {
  if (!root_) root_ = make_node(S_IFDIR | 01777);
  return root_;
}

void Tmpfs::clear() {
  TmpfsNode* node = root_;
  while (node) {
    while (node->children) node = node->children;
    TmpfsNode* above = node->parent;
    detach(*node);
    drop_unused(*node);
    node = above;
  }
  root_ = nullptr;
}

Outcome Tmpfs::find(std::string_view path, TmpfsNode*& node) {
  node = root();
  if (!node) return -ENOMEM;
  const char* at = path.data() + (point_ == "/" ? 0 : point_.size());
  const char* const end = path.data() + path.size();
  while (at != end && *at == '/') at++;
  while (at != end) {
    const char* start = at;
    while (at != end && *at != '/') at++;
    if (!node->is_directory()) return -ENOTDIR;
    node = node->child({start, static_cast<std::size_t>(at - start)});
    if (!node) return -ENOENT;
    while (at != end && *at == '/') at++;
  }
  return 0;
}

Outcome Tmpfs::find_parent(std::string_view path, TmpfsNode*& node) {
  if (path == point_) return -EBUSY;
  if (const Outcome wrong = find(parent(path), node)) return wrong;
  return node->is_directory() ? 0 : -ENOTDIR;
}

Outcome Tmpfs::open(std::string_view path, int flags, mode_t mode, FileOperations*& file) {
  TmpfsNode* node;
  Outcome there = find(path, node);
  if (there == -ENOENT && (flags & O_CREAT)) {
    TmpfsNode* directory;
    if (const Outcome wrong = find_parent(path, directory)) return wrong;
    node = make_node(S_IFREG | (mode & 0777));
    if (!node) return -ENOSPC;
    if (!attach(*node, *directory, last_component(path))) {
      drop_unused(*node);
      return -ENOSPC;
    }
  } else if (there < 0) {
    return there;
  } else if ((flags & O_CREAT) && (flags & O_EXCL)) {
    return -EEXIST;
  } else if (!S_ISREG(node->mode)) {
    return -ENXIO;  // a socket, which connect() reaches
  }
  file = open_node(*node);
  if (!file) return -ENOMEM;
  if ((flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY) (void)file->truncate(0);
  return 0;
}

Outcome Tmpfs::stat(std::string_view path, struct stat& to) {
  TmpfsNode* node;
  if (const Outcome wrong = find(path, node)) return wrong;
  node->fill(to);
  return 0;
}

/// Cookies are the numbers of the nodes seen last: children stand in falling order, so removing one disturbs nobody.
Outcome Tmpfs::next_entry(std::string_view path, std::uint64_t& cookie, ::dirent& to) {
  TmpfsNode* directory;
  if (const Outcome wrong = find(path, directory)) return wrong;
  for (TmpfsNode* node = directory->children; node; node = node->next) {
    if (cookie != 0 && node->number >= cookie) continue;
    cookie = node->number;
    set_entry(to, node->name, node->number, node->is_directory() ? DT_DIR : S_ISSOCK(node->mode) ? DT_SOCK : DT_REG);
    return 1;
  }
  return 0;
}

Outcome Tmpfs::make(std::string_view path, mode_t mode) {
  TmpfsNode* node;
  const Outcome there = find(path, node);
  if (there == 0) return -EEXIST;
  if (there != -ENOENT) return there;
  TmpfsNode* directory;
  if (const Outcome wrong = find_parent(path, directory)) return wrong;
  node = make_node(mode);
  if (!node) return -ENOSPC;
  if (attach(*node, *directory, last_component(path))) return 0;
  drop_unused(*node);
  return -ENOSPC;
}

Outcome Tmpfs::make_directory(std::string_view path, mode_t mode) { return make(path, S_IFDIR | (mode & 01777)); }
Outcome Tmpfs::make_socket(std::string_view path, mode_t mode) { return make(path, S_IFSOCK | (mode & 0777)); }

Outcome Tmpfs::remove(std::string_view path, bool directory) {
  if (path == point_) return -EBUSY;
  TmpfsNode* node;
  if (const Outcome wrong = find(path, node)) return wrong;
  if (directory && !node->is_directory()) return -ENOTDIR;
  if (!directory && node->is_directory()) return -EISDIR;
  if (node->children) return -ENOTEMPTY;
  detach(*node);
  drop_unused(*node);
  return 0;
}

Outcome Tmpfs::set_mode(std::string_view path, mode_t mode) {
  TmpfsNode* node;
  if (const Outcome wrong = find(path, node)) return wrong;
  node->mode = (node->mode & S_IFMT) | mode;
  return 0;
}

Outcome Tmpfs::set_time(std::string_view path, const timespec& changed) {
  TmpfsNode* node;
  if (const Outcome wrong = find(path, node)) return wrong;
  node->changed = changed;
  return 0;
}

Outcome Tmpfs::rename(std::string_view from, std::string_view to) {
  if (from == point_ || to == point_) return -EBUSY;
  TmpfsNode* node;
  if (const Outcome wrong = find(from, node)) return wrong;
  if (from == to) return 0;
  if (is_within(to, from)) return -EINVAL;
  TmpfsNode* directory;
  if (const Outcome wrong = find_parent(to, directory)) return wrong;
  TmpfsNode* replaced = directory->child(last_component(to));
  if (replaced) {
    if (replaced->is_directory() && !node->is_directory()) return -EISDIR;
    if (!replaced->is_directory() && node->is_directory()) return -ENOTDIR;
    if (replaced->children) return -ENOTEMPTY;
  }
  if (!attach(*node, *directory, last_component(to))) return -ENOSPC;
  if (replaced) {
    detach(*replaced);
    drop_unused(*replaced);
  }
  return 0;
}

void Tmpfs::space(struct statvfs& to) const {
  FileSystem::space(to);
  const memory::Statistics heap = memory::statistics();
  to.f_blocks = static_cast<fsblkcnt_t>(heap.total / kPage);
  to.f_bfree = to.f_bavail = static_cast<fsblkcnt_t>(heap.free / kPage);
}

}  // namespace wick::fs
