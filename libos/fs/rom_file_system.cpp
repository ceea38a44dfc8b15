// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See rom_file_system.h. Reading copies once, from the image to the caller; mapping copies nothing.

#include "fs/rom_file_system.h"

#include <dirent.h>
#include <fcntl.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "fs/path.h"
#include "fs/rom.h"
#include "fs/rom_additions.h"
#include "fs/seekable.h"
#include "wick/files.h"

namespace wick::fs {

namespace {

void fill(const RomEntry& entry, struct stat& to) {
  to = {};
  to.st_ino = static_cast<ino_t>(&entry - rom().entries().data() + 1);
  to.st_mode = entry.mode;
  to.st_nlink = 1;
  to.st_size = static_cast<off_t>(entry.size);
  to.st_blksize = 4096;
  to.st_blocks = static_cast<blkcnt_t>((entry.size + 511) / 512);
}

class RomFile final : public Seekable {
 public:
  explicit RomFile(const RomEntry& entry) : entry_(entry) {}

  Outcome read_at(void* to, std::size_t bytes, std::uint64_t offset) override {
    if (offset >= entry_.size) return 0;
    if (bytes > entry_.size - offset) bytes = entry_.size - offset;
    std::memcpy(to, static_cast<const char*>(entry_.data) + offset, bytes);
    return static_cast<Outcome>(bytes);
  }

  Outcome stat(struct stat& to) override {
    fill(entry_, to);
    return 0;
  }

  const void* content() override { return entry_.data; }
  void destroy() override { std::free(this); }

 private:
  std::uint64_t size() override { return entry_.size; }
  const RomEntry& entry_;
};

constinit RomTable replacement;

}  // namespace

Rom rom() {
  if (replacement.entries) [[unlikely]]
    return Rom({replacement.entries, replacement.count});
  return Rom({wick_rom_entries, wick_rom_count});
}

void use_as_root(const RomTable& table) { replacement = table; }

std::span<const std::byte> map(std::string_view path) {
  const RomEntry* entry = rom().find(path);
  if (!entry || is_directory(*entry)) return {};
  // An empty file has no data in the image, but it is there.
  const void* data = entry->data ? entry->data : entry->path;
  return {static_cast<const std::byte*>(data), static_cast<std::size_t>(entry->size)};
}

namespace detail {

constinit RomFileSystem the_rom_file_system;

Outcome RomFileSystem::open(std::string_view path, int flags, mode_t, FileOperations*& file) {
  const RomEntry* entry = rom().find(path);
  if (!entry) return (flags & O_CREAT) ? -EROFS : -ENOENT;
  if ((flags & O_CREAT) && (flags & O_EXCL)) return -EEXIST;
  if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC)) return -EROFS;
  void* room = std::malloc(sizeof(RomFile));
  if (!room) return -ENOMEM;
  file = new (room) RomFile(*entry);
  return 0;
}

Outcome RomFileSystem::stat(std::string_view path, struct stat& to) {
  if (const RomEntry* entry = rom().find(path)) {
    fill(*entry, to);
    return 0;
  }
  return -ENOENT;
}

Outcome RomFileSystem::next_entry(std::string_view path, std::uint64_t& cookie, ::dirent& to) {
  const RomEntry* previous = cookie ? &rom().entries()[cookie - 1] : nullptr;
  const RomEntry* entry = rom().next_child(path, previous);
  if (!entry) return 0;
  cookie = static_cast<std::uint64_t>(entry - rom().entries().data()) + 1;
  set_entry(to, last_component(entry->path), cookie, is_directory(*entry) ? DT_DIR : DT_REG);
  return 1;
}

}  // namespace detail

}  // namespace wick::fs

extern "C" const void* wick_map_file(const char* path, size_t* bytes) {
  const auto content = wick::fs::map(path);
  *bytes = content.size();
  return content.data();
}
