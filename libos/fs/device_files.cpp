// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See device_files.h.

#include "fs/device_files.h"

#include <dirent.h>
#include <fcntl.h>

#include <cstdlib>
#include <cstring>
#include <iterator>
#include <new>

#include "boot/last_crash.h"
#include "fs/console_file.h"
#include "fs/path.h"
#include "fs/seekable.h"

namespace wick::fs {

namespace {

enum class Kind : unsigned char { null, zero, full, random, console, crash };

struct Device {
  std::string_view name;
  Kind kind;
  unsigned number;  ///< as Linux numbers them
};

constexpr Device kDevices[] = {
    {"null", Kind::null, 1 << 8 | 3},          {"zero", Kind::zero, 1 << 8 | 5},
    {"full", Kind::full, 1 << 8 | 7},          {"random", Kind::random, 1 << 8 | 8},
    {"urandom", Kind::random, 1 << 8 | 9},     {"console", Kind::console, kConsoleDevice},
    {"stdin", Kind::console, kConsoleDevice},  {"stdout", Kind::console, kConsoleDevice},
    {"stderr", Kind::console, kConsoleDevice}, {"crash", Kind::crash, 10 << 8 | 200},
};

bool exists(const Device& device) { return device.kind != Kind::crash || boot::last_crash(); }

void fill(const Device& device, struct stat& to) {
  to = {};
  to.st_ino = static_cast<ino_t>(&device - kDevices + 2);
  to.st_mode = S_IFCHR | 0666;
  to.st_rdev = device.number;
  to.st_nlink = 1;
}

const Device* find(std::string_view path);

class DeviceFile final : public FileOperations {
 public:
  explicit DeviceFile(const Device& device) : device_(device) {}

  Outcome read(void* to, std::size_t bytes) override {
    if (device_.kind == Kind::null) return 0;
    if (device_.kind == Kind::random) {
      arc4random_buf(to, bytes);
    } else {
      std::memset(to, 0, bytes);
    }
    return static_cast<Outcome>(bytes);
  }

  Outcome write(const void*, std::size_t bytes) override {
    return device_.kind == Kind::full ? -ENOSPC : static_cast<Outcome>(bytes);
  }

  Outcome read_at(void* to, std::size_t bytes, std::uint64_t) override { return read(to, bytes); }
  Outcome write_at(const void* from, std::size_t bytes, std::uint64_t) override { return write(from, bytes); }
  Outcome seek(std::int64_t, int) override { return 0; }

  Outcome stat(struct stat& to) override {
    fill(device_, to);
    return 0;
  }

  void destroy() override { std::free(this); }

 private:
  const Device& device_;
};

/// The record of the crash before this start: read-only, with a position as a regular file has.
class CrashFile final : public Seekable {
 public:
  Outcome read_at(void* to, std::size_t bytes, std::uint64_t offset) override {
    if (offset >= sizeof(CrashRecord)) return 0;
    if (bytes > sizeof(CrashRecord) - offset) bytes = sizeof(CrashRecord) - offset;
    std::memcpy(to, reinterpret_cast<const char*>(boot::last_crash()) + offset, bytes);
    return static_cast<Outcome>(bytes);
  }
  Outcome write_at(const void*, std::size_t, std::uint64_t) override { return -EPERM; }
  Outcome stat(struct stat& to) override {
    fill(*find("/dev/crash"), to);
    return 0;
  }
  void destroy() override { std::free(this); }

 private:
  std::uint64_t size() override { return sizeof(CrashRecord); }
};

/// @return 0, or -ENOMEM
template <typename File, typename... Arguments>
Outcome make(FileOperations*& file, Arguments&&... arguments) {
  void* room = std::malloc(sizeof(File));
  if (!room) return -ENOMEM;
  file = new (room) File(arguments...);
  return 0;
}

const Device* find(std::string_view path) {
  for (const Device& device : kDevices) {
    if (exists(device) && parent(path) == "/dev" && last_component(path) == device.name) return &device;
  }
  return nullptr;
}

}  // namespace

namespace detail {

constinit DeviceFileSystem the_device_file_system;

Outcome DeviceFileSystem::open(std::string_view path, int flags, mode_t, FileOperations*& file) {
  const Device* device = find(path);
  if (!device) return (flags & O_CREAT) ? -EROFS : -ENOENT;
  if ((flags & O_CREAT) && (flags & O_EXCL)) return -EEXIST;
  if (device->kind == Kind::console) {
    file = &console_file();
    return 0;
  }
  return device->kind == Kind::crash ? make<CrashFile>(file) : make<DeviceFile>(file, *device);
}

Outcome DeviceFileSystem::stat(std::string_view path, struct stat& to) {
  if (path == "/dev") {
    to = {};
    to.st_ino = 1;
    to.st_mode = S_IFDIR | 0555;
    to.st_nlink = 2;
    return 0;
  }
  const Device* device = find(path);
  if (!device) return -ENOENT;
  fill(*device, to);
  return 0;
}

Outcome DeviceFileSystem::next_entry(std::string_view path, std::uint64_t& cookie, ::dirent& to) {
  if (path != "/dev") return 0;
  while (cookie < std::size(kDevices) && !exists(kDevices[cookie])) cookie++;
  if (cookie >= std::size(kDevices)) return 0;
  const Device& device = kDevices[cookie++];
  set_entry(to, device.name, cookie + 1, DT_CHR);
  return 1;
}

}  // namespace detail

}  // namespace wick::fs
