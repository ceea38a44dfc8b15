// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace wick::tool {

Result<std::string> read_file(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return fail(fmt::format("{} is a folder, not a file.", path.string()));
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  if (in && in.peek() != std::ifstream::traits_type::eof()) content << in.rdbuf();
  if (!in.is_open() || in.bad()) return fail(fmt::format("{} can't be read: {}.", path.string(), std::strerror(errno)));
  return std::move(content).str();
}

Result<void> write_file(const fs::path& path, std::string_view content) {
  if (auto old = read_file(path); old && *old == content) return {};
  fs::path temporary = path;
  temporary += fmt::format(".{}.tmp", getpid());
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  out.close();
  std::error_code error;
  if (out) fs::rename(temporary, path, error);
  if (!out || error) {
    std::string reason = error ? error.message() : std::strerror(errno);
    fs::remove(temporary, error);
    return fail(fmt::format("{} can't be written: {}.", path.string(), reason));
  }
  return {};
}

Result<void> write_new_file(const fs::path& path, std::string_view content, unsigned mode) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0 && errno == EEXIST) return fail(fmt::format("{} is there already.", path.string()));
  if (file < 0) return fail(fmt::format("{} can't be written: {}.", path.string(), std::strerror(errno)));
  const bool whole = ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  const bool fine = whole && fsync(file) == 0;
  const int reason = whole || errno ? errno : ENOSPC;
  close(file);
  if (fine) return {};
  unlink(path.c_str());
  return fail(fmt::format("{} can't be written: {}.", path.string(), std::strerror(reason)));
}

Result<fs::path> temporary_folder() {
  std::error_code error;
  const fs::path folder = fs::temp_directory_path(error);
  if (!error) return folder;
  return fail(fmt::format("There is no folder for temporary files: {}.", error.message()),
              "TMPDIR names one, /tmp unless it is set.");
}

TemporaryFile::~TemporaryFile() {
  std::error_code error;
  if (!path_.empty() && !kept_) fs::remove(path_, error);
}

Result<void> TemporaryFile::write(std::string_view content) {
  auto folder = temporary_folder();
  if (!folder) return std::unexpected(folder.error());
  std::string pattern = (*folder / "wick-XXXXXX").string();
  const int file = mkstemp(pattern.data());
  if (file < 0) return fail(fmt::format("No temporary file can be made in {}.", folder->string()));
  path_ = pattern;
  const bool fine = ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  close(file);
  if (!fine) return fail(fmt::format("{} can't be written.", pattern));
  return {};
}

}  // namespace wick::tool
