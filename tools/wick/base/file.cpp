// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fmt/format.h>
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
  if (!in.is_open() || in.bad())
    return fail(fmt::format("{} cannot be read: {}.", path.string(), std::strerror(errno)));
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
    return fail(fmt::format("{} cannot be written: {}.", path.string(), reason));
  }
  return {};
}

}  // namespace wick::tool
