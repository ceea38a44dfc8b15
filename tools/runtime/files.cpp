// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace wick::runtime {
namespace {

/// A pipe or a device would never end, or be felt by who is at its other end.
constexpr int kReading = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

Result<File> checked(int number, const fs::path& path, std::uint64_t most) {
  File file(number);
  struct stat found{};
  if (number < 0 || fstat(number, &found) != 0)
    return fail(fmt::format("{} can't be read: {}.", path.string(), std::strerror(errno)));
  if (!S_ISREG(found.st_mode)) return fail(fmt::format("{} is no file.", path.string()));
  if (static_cast<std::uint64_t>(found.st_size) > most)
    return fail(fmt::format("{} has {} bytes, and more than {} aren't read.", path.string(), found.st_size, most));
  return file;
}

}  // namespace

File::~File() {
  if (file_ >= 0) close(file_);
}

bool hand_down(File file, unsigned number) {
  const int to = static_cast<int>(number);
  if (file.number() != to) return dup2(file.number(), to) >= 0;
  return fcntl(file.release(), F_SETFD, 0) >= 0;
}

Result<File> open_file(const fs::path& path, std::uint64_t most) {
  return checked(open(path.c_str(), kReading), path, most);
}

Result<File> open_within(const fs::path& rootfs, const std::string& path, std::uint64_t most) {
  if (!is_straight(path)) return fail(fmt::format("The path {:.200} doesn't begin with a slash, or steps back.", path));
  const File root(open(rootfs.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (root.number() < 0)
    return fail(fmt::format("The root file system {} can't be opened: {}.", rootfs.string(), std::strerror(errno)));
  const open_how how{.flags = kReading, .mode = 0, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
  return checked(static_cast<int>(syscall(SYS_openat2, root.number(), path.c_str(), &how, sizeof how)), path, most);
}

bool is_straight(const std::string& path) {
  if (!path.starts_with('/') || path.contains('\0')) return false;
  const auto steps = tool::split(path, '/');
  return std::ranges::find(steps, "..") == steps.end();
}

}  // namespace wick::runtime
