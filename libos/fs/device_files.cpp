// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See device_files.h.

#include "fs/device_files.h"

#include <dirent.h>
#include <fcntl.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "fs/console_file.h"
#include "fs/path.h"

namespace wick::fs {

namespace {

enum class Kind : unsigned char { null, zero, full, random, console };

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
    {"stderr", Kind::console, kConsoleDevice},
};

void fill(const Device& device, struct stat& to) {
  to = {};
  to.st_ino = static_cast<ino_t>(&device - kDevices + 2);
  to.st_mode = S_IFCHR | 0666;
  to.st_rdev = device.number;
  to.st_nlink = 1;
}

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

const Device* find(std::string_view path) {
  for (const Device& device : kDevices) {
    if (parent(path) == "/dev" && last_component(path) == device.name) return &device;
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
  void* room = std::malloc(sizeof(DeviceFile));
  if (!room) return -ENOMEM;
  file = new (room) DeviceFile(*device);
  return 0;
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
  if (path != "/dev" || cookie >= sizeof(kDevices) / sizeof(kDevices[0])) return 0;
  const Device& device = kDevices[cookie++];
  set_entry(to, device.name, cookie + 1, DT_CHR);
  return 1;
}

}  // namespace detail

}  // namespace wick::fs
