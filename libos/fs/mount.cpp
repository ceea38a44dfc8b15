// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Mount points, and what a file system does that can only be read.

#include <dirent.h>

#include <cstring>

#include "fs/device_files.h"
#include "fs/file_system.h"
#include "fs/path.h"
#include "fs/rom_file_system.h"

namespace wick::fs {

namespace {

constinit Mount root{"/", &rom_file_system()};
constinit Mount devices{"/dev", &device_file_system(), &root};
constinit Mount* first = &devices;

}  // namespace

Outcome FileSystem::make_directory(std::string_view, mode_t) { return -EROFS; }
Outcome FileSystem::remove(std::string_view, bool) { return -EROFS; }
Outcome FileSystem::rename(std::string_view, std::string_view) { return -EROFS; }

void mount(Mount& added) {
  added.next = first;
  first = &added;
}

const Mount& find_mount(std::string_view path) {
  const Mount* best = &root;
  for (const Mount* mount = first; mount; mount = mount->next) {
    if (is_within(path, mount->point) && mount->point.size() > best->point.size()) best = mount;
  }
  return *best;
}

const Mount* mounts() { return first; }

void set_entry(::dirent& to, std::string_view name, std::uint64_t number, unsigned char type) {
  to.d_ino = number;
  to.d_type = type;
  std::memcpy(to.d_name, name.data(), name.size());
  to.d_name[name.size()] = '\0';
}

}  // namespace wick::fs
