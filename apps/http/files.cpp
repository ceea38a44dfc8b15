// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "content_type.h"
#include "text.h"

namespace http {
namespace {

constexpr std::string_view kIndex = "/index.html";
constexpr std::string_view kStatusLine = "HTTP/1.1 200 OK\r\nServer: wick\r\nContent-Length: ";

/// A copy that stays. Empty when there is no memory.
std::string_view keep(std::string_view text) {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (!copy) return {};
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = 0;
  return {copy, text.size()};
}

void write_hexadecimal(Text& text, std::uint64_t number) {
  char digits[16];
  auto end = std::to_chars(digits, digits + sizeof(digits), number, 16).ptr;
  text << std::string_view(digits, static_cast<std::size_t>(end - digits));
}

}  // namespace

bool Files::add(std::string_view path, const Entry& entry, bool redirect) {
  char room[512];
  Text head(room);
  head << kStatusLine << std::uint64_t{entry.content.size()};
  std::size_t fields_at = head.size();
  head << "\r\nContent-Type: " << content_type(entry.path) << "\r\nETag: ";
  std::size_t tag_at = head.size();
  head << "\"";
  write_hexadecimal(head, entry.checksum);
  head << "-";
  write_hexadecimal(head, entry.content.size());
  head << "\"";
  std::size_t tag_end = head.size();
  head << "\r\nAccept-Ranges: bytes\r\n";
  if (head.overflow()) return false;
  std::string_view kept = keep(head.view());
  if (kept.empty()) return false;
  File& file = files_[count_++];
  file = {.path = path,
          .content = entry.content,
          .head = kept,
          .fields = kept.substr(fields_at),
          .tag = kept.substr(tag_at, tag_end - tag_at),
          .redirect = redirect};
  return true;
}

bool Files::fill(std::span<const Entry> entries, std::string_view root) {
  // An index file answers to three paths: its own, its folder's and, by a redirection, its folder's without the slash.
  auto* memory = static_cast<File*>(std::malloc(sizeof(File) * (3 * entries.size() + 1)));
  if (!memory) return false;
  files_ = memory;
  for (const Entry& entry : entries) {
    if (entry.folder || !entry.path.starts_with(root)) continue;
    std::string_view path = entry.path.substr(root.size());
    if (!path.starts_with('/')) continue;
    if (!add(path, entry, false)) return false;
    if (!path.ends_with(kIndex)) continue;
    std::string_view folder = path.substr(0, path.size() - kIndex.size() + 1);
    if (!add(folder, entry, false)) return false;
    if (folder.size() > 1 && !add(folder.substr(0, folder.size() - 1), entry, true)) return false;
  }
  std::sort(files_, files_ + count_, [](const File& a, const File& b) { return a.path < b.path; });
  return true;
}

const File* Files::find(std::string_view path) const {
  std::size_t low = 0, high = count_;
  while (low < high) {
    std::size_t middle = (low + high) / 2;
    int order = path.compare(files_[middle].path);
    if (order == 0) return &files_[middle];
    if (order < 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return nullptr;
}

}  // namespace http
