// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Mount points.

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

}  // namespace wick::fs
