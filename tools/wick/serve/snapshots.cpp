// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/snapshots.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace wick::tool {
namespace {

/// No appliance is called so: names begin with a letter.
std::string warm_name(std::size_t number) { return fmt::format(".warm-{}", number); }

}  // namespace

Result<void> SnapshotFolder::open(const std::string& asked) {
  if (asked.empty()) {
    auto folder = temporary_folder();
    if (!folder) return std::unexpected(folder.error());
    std::string name = *folder / "wick-serve-XXXXXX";
    if (!mkdtemp(name.data())) return fail(fmt::format("{} can't be made: {}.", name, std::strerror(errno)));
    path_ = name;
    return {};
  }
  std::error_code error;
  fs::create_directories(asked, error);
  const fs::path folder = fs::absolute(asked);
  lock_ = ::open((folder / ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0)
    return fail(fmt::format("Snapshots can't be kept in {}: {}.", asked, std::strerror(errno)),
                "name a folder of yours by --state.");
  if (flock(lock_, LOCK_EX | LOCK_NB) != 0)
    return fail(fmt::format("Another `wick serve` keeps its snapshots in {}.", asked),
                "give each a folder of its own.");
  path_ = folder;
  keeps_ = true;
  return {};
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
