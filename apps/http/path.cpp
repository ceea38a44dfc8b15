// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "path.h"

#include <cstdint>

namespace http {
namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Leaves out scheme and authority of "http://host/path".
std::string_view without_authority(std::string_view target) {
  std::size_t scheme = target.find("://");
  if (scheme == target.npos || target.find('/') < scheme) return {};
  std::size_t path = target.find('/', scheme + 3);
  return path == target.npos ? std::string_view("/") : target.substr(path);
}

constexpr std::uint64_t bit(char c) { return std::uint64_t{1} << c; }
constexpr std::uint64_t kWatched = bit('%') | bit('?') | bit('#') | bit('/');

/// Percent-decodes up to the query. @return the end, nullptr when malformed
char* decode(std::string_view path, char* to) {
  for (std::size_t at = 0; at < path.size(); ++at) {
    char c = path[at];
    if (c == '?' || c == '#') break;
    if (c == '%') {
      if (path.size() - at < 3) return nullptr;
      int high = hex(path[at + 1]), low = hex(path[at + 2]);
      if (high < 0 || low < 0) return nullptr;
      c = static_cast<char>(high * 16 + low);
      if (c == 0) return nullptr;
      at += 2;
    }
    *to++ = c;
  }
  return to;
}

}  // namespace

bool is_plain(std::string_view path) {
  const char* const end = path.data() + path.size();
  // Most are settled by one look.
  for (const char* at = path.data(); at != end; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    if (c >= 64 || !(kWatched >> c & 1)) [[likely]]
      continue;
    if (c != '/') return false;
    if (at + 1 != end && (at[1] == '/' || at[1] == '.')) return false;
  }
  return true;
}

std::string_view resolve_target(std::string_view target, std::span<char> room) {
  if (target.empty() || target.size() > room.size()) return {};
  if (target.front() != '/') target = without_authority(target);
  if (target.empty()) return {};
  if (is_plain(target)) return target;

  char* end = decode(target, room.data());
  if (!end) return {};
  // Segment by segment, in place: what is kept never overtakes what is read.
  std::string_view decoded(room.data(), static_cast<std::size_t>(end - room.data()));
  std::size_t kept = 0;
  std::size_t at = 0;
  while (at < decoded.size()) {
    std::size_t next = decoded.find('/', at + 1);
    if (next == decoded.npos) next = decoded.size();
    std::string_view segment = decoded.substr(at + 1, next - at - 1);
    bool last = next == decoded.size();
    if (segment == "..") {
      if (kept == 0) return {};
      while (room[--kept] != '/') {
      }
      if (last) room[kept++] = '/';
    } else if (segment.empty() || segment == ".") {
      if (last) room[kept++] = '/';
    } else {
      room[kept++] = '/';
      for (char c : segment) room[kept++] = c;
    }
    at = next;
  }
  return {room.data(), kept};
}

}  // namespace http
