// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sockets/unix_name.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "fs/file_system.h"
#include "fs/path.h"

namespace wick::net {

namespace {

constexpr socklen_t kStart = offsetof(sockaddr_un, sun_path);

int full_path(const UnixName& name, fs::Path& path) {
  return static_cast<int>(path.set(fs::current_directory(), name.address.sun_path));
}

}  // namespace

int UnixName::set(const sockaddr* from, socklen_t bytes) {
  if (!from) return -EFAULT;
  if (bytes < kStart || bytes > sizeof(address)) return -EINVAL;
  if (from->sa_family != AF_UNIX) return -EINVAL;
  address = {};
  std::memcpy(&address, from, bytes);
  length = bytes == kStart ? 0 : bytes;
  if (length != 0 && !abstract()) {
    const auto* const path = address.sun_path;
    const auto used = static_cast<socklen_t>(strnlen(path, bytes - kStart));
    if (used == sizeof(address.sun_path)) return -EINVAL;  // Linux takes one byte more than it can tell of
    length = kStart + used + 1;
  }
  return 0;
}

void UnixName::tell(sockaddr* to, socklen_t* bytes) const {
  if (!to || !bytes) return;
  sockaddr_un told = address;
  told.sun_family = AF_UNIX;
  const socklen_t whole = length != 0 ? length : kStart;
  std::memcpy(to, &told, std::min(*bytes, whole));
  *bytes = whole;
}

bool same_abstract(const UnixName& one, const UnixName& other) {
  return one.length == other.length && std::memcmp(&one.address, &other.address, one.length) == 0;
}

int UnixPlace::find(const UnixName& name) {
  fs::Path path;
  struct stat found;
  if (const int wrong = full_path(name, path)) return wrong;
  fs::FileSystem& there = *fs::find_mount(path.view()).file_system;
  if (const fs::Outcome wrong = there.stat(path.view(), found)) return static_cast<int>(wrong);
  if (!S_ISSOCK(found.st_mode)) return -ECONNREFUSED;
  *this = {&there, found.st_ino};
  return 0;
}

int UnixPlace::make(const UnixName& name) {
  fs::Path path;
  if (const int wrong = full_path(name, path)) return wrong;
  const mode_t mask = umask(0);
  (void)umask(mask);
  const fs::Outcome wrong = fs::find_mount(path.view()).file_system->make_socket(path.view(), 0777 & ~mask);
  if (wrong != 0) return wrong == -EEXIST ? -EADDRINUSE : static_cast<int>(wrong);
  return find(name);
}

}  // namespace wick::net
