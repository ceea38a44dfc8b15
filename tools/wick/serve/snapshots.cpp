// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/snapshots.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace wick::tool {
namespace {

/// No appliance is called so: names begin with a letter.
std::string warm_name(std::size_t number) { return fmt::format(".warm-{}", number); }

constexpr std::string_view kPrefix = "wick-serve-", kLock = ".lock";

/// Temporary folders of runs that were killed: whoever lives has its own locked.
void remove_left(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (!entry.path().filename().string().starts_with(kPrefix)) continue;
    struct stat about{};
    const int lock = open((entry.path() / kLock).c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    const bool left =
        lock >= 0 && fstat(lock, &about) == 0 && about.st_uid == geteuid() && flock(lock, LOCK_EX | LOCK_NB) == 0;
    if (left) fs::remove_all(entry.path(), error);
    if (lock >= 0) close(lock);
  }
}

}  // namespace

Result<void> SnapshotFolder::open(const std::string& asked) {
  keeps_ = !asked.empty();
  if (keeps_) {
    std::error_code error;
    fs::create_directories(asked, error);
    path_ = fs::absolute(asked);
  } else {
    auto folder = temporary_folder();
    if (!folder) return std::unexpected(folder.error());
    remove_left(*folder);
    std::string name = *folder / (std::string(kPrefix) + "XXXXXX");
    if (!mkdtemp(name.data())) return fail(fmt::format("{} can't be made: {}.", name, std::strerror(errno)));
    path_ = name;
  }
  lock_ = ::open((path_ / kLock).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0)
    return fail(fmt::format("Snapshots can't be kept in {}: {}.", path_.string(), std::strerror(errno)),
                "name a folder of yours by --state.");
  if (flock(lock_, LOCK_EX | LOCK_NB) == 0) return {};
  return fail(fmt::format("Another `wick serve` keeps its snapshots in {}.", asked), "give each a folder of its own.");
}

Result<fs::path> SnapshotFolder::warm(std::size_t number) {
  const fs::path file = path_ / warm_name(number);
  warm_count_ = std::max(warm_count_, number + 1);
  std::error_code error;
  fs::remove(file, error);  // of a run that was killed
  if (auto done = write_new_file(file, "", 0600); !done) return std::unexpected(done.error());
  return file;
}

SnapshotFolder::~SnapshotFolder() {
  std::error_code error;
  for (std::size_t number = 0; number < warm_count_; ++number) fs::remove(path_ / warm_name(number), error);
  if (lock_ >= 0) close(lock_);
  if (!keeps_ && !path_.empty()) fs::remove_all(path_, error);
}

}  // namespace wick::tool
