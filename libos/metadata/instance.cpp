// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See instance.h.

#include "metadata/instance.h"

#include <cstdlib>
#include <cstring>

#include "abi/settings.h"

namespace wick::metadata {

Instance::~Instance() {
  if (kept_) return;
  std::free(text_);
  for (unsigned i = 0; i < file_count_; i++) std::free(const_cast<char*>(files_[i].path));
}

const char* Instance::set(std::string_view key, std::string_view value, std::string_view rest) {
  constexpr std::string_view kNever("\r\n\0", 3);  // a line's value ends there
  if (value.find_first_of(kNever) != value.npos || rest.find_first_of(kNever) != rest.npos)
    return "has a value with a line break in it";
  if (!text_) text_ = static_cast<char*>(std::malloc(kMaxConfigurationBytes));
  if (!text_) return "does not fit the heap";
  const std::size_t bytes = key.size() + 1 + value.size() + rest.size() + 1;
  if (bytes > kMaxConfigurationBytes - used_) return "has settings of more than 8 KiB";
  const auto append = [&](std::string_view piece) { used_ += piece.copy(text_ + used_, piece.size()); };
  append(key);
  append("=");
  append(value);
  append(rest);
  append("\n");
  return nullptr;
}

const char* Instance::set(std::string_view key, std::string_view value) { return set(key, value, {}); }

const char* Instance::add_file(std::string_view path, std::uint32_t mode, std::size_t room, char*& content) {
  for (const fs::RomAddition& other : files())
    if (path == other.path) return "writes a file twice";
  if (file_count_ == kMaxFiles) return "writes more than 32 files";
  auto* const bytes = static_cast<char*>(std::malloc(path.size() + 1 + room));
  if (!bytes) return "does not fit the heap";
  std::memcpy(bytes, path.data(), path.size());
  bytes[path.size()] = '\0';
  content = bytes + path.size() + 1;
  files_[file_count_++] = {bytes, content, 0, mode};
  return nullptr;
}

void Instance::pass_over(std::string_view key, unsigned line) {
  if (passed_length_) return;
  passed_line_ = line;
  for (const char c : key.substr(0, sizeof passed_)) passed_[passed_length_++] = c > ' ' && c <= '~' ? c : '?';
}

}  // namespace wick::metadata
