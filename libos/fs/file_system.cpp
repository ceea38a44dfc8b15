// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What a file system does that can only be read.

#include "fs/file_system.h"

#include <dirent.h>
#include <sys/statvfs.h>

#include <cstring>

#include "abi/types.h"

namespace wick::fs {

Outcome FileSystem::make_directory(std::string_view, mode_t) { return -EROFS; }
Outcome FileSystem::make_socket(std::string_view, mode_t) { return read_only() ? -EROFS : -EPERM; }
Outcome FileSystem::remove(std::string_view, bool) { return -EROFS; }
Outcome FileSystem::rename(std::string_view, std::string_view) { return -EROFS; }
Outcome FileSystem::set_mode(std::string_view, mode_t) { return -EROFS; }
Outcome FileSystem::set_time(std::string_view, const timespec&) { return -EROFS; }
void FileSystem::space(struct statvfs& to) const { to.f_bsize = to.f_frsize = kPage; }

void set_entry(::dirent& to, std::string_view name, std::uint64_t number, unsigned char type) {
  to.d_ino = number;
  to.d_type = type;
  std::memcpy(to.d_name, name.data(), name.size());
  to.d_name[name.size()] = '\0';
}

}  // namespace wick::fs
