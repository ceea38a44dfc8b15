// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See path.h.

#include "fs/path.h"

#include <cstring>

namespace wick::fs {

Outcome Path::append(std::string_view component) {
  if (component.size() > kNameBytes) return -ENAMETOOLONG;
  const std::size_t slash = length_ > 1 ? 1 : 0;  // "/" already ends in one
  if (length_ + slash + component.size() >= kPathBytes) return -ENAMETOOLONG;
  if (slash) text_[length_++] = '/';
  std::memcpy(text_ + length_, component.data(), component.size());
  length_ += component.size();
  return 0;
}

void Path::remove_last() {
  while (length_ > 1 && text_[length_ - 1] != '/') length_--;
  if (length_ > 1) length_--;
}

Outcome Path::set(std::string_view base, std::string_view path) {
  if (path.empty()) return -ENOENT;
  text_[0] = '/';
  length_ = 1;
  if (path[0] != '/') {
    if (base.size() >= kPathBytes) return -ENAMETOOLONG;
    std::memcpy(text_, base.data(), base.size());
    length_ = base.size();
  }
  const char* at = path.data();
  const char* const end = at + path.size();
  while (at != end) {
    const char* start = at;
    while (at != end && *at != '/') at++;
    const std::string_view component(start, static_cast<std::size_t>(at - start));
    names_directory_ = at != end || component == "." || component == "..";
    while (at != end && *at == '/') at++;
    if (component == "..") {
      remove_last();
    } else if (!component.empty() && component != ".") {
      if (const Outcome wrong = append(component)) return wrong;
    }
  }
  text_[length_] = '\0';
  return 0;
}

namespace {

std::size_t last_slash(std::string_view path) {
  std::size_t at = path.size();
  while (at > 0 && path[at - 1] != '/') at--;
  return at;  // one behind it
}

}  // namespace

std::string_view parent(std::string_view path) {
  const std::size_t at = last_slash(path);
  return {path.data(), at > 1 ? at - 1 : 1};
}

std::string_view last_component(std::string_view path) {
  const std::size_t at = last_slash(path);
  return {path.data() + at, path.size() - at};
}

bool is_within(std::string_view path, std::string_view directory) {
  if (directory == "/") return true;
  if (path.size() < directory.size() || std::memcmp(path.data(), directory.data(), directory.size()) != 0) return false;
  return path.size() == directory.size() || path[directory.size()] == '/';
}

}  // namespace wick::fs
