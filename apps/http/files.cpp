// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "files.h"

#include <bit>
#include <cstdlib>
#include <new>

#include "content_type.h"
#include "path.h"
#include "text.h"

namespace http {
namespace {

constexpr std::string_view kIndex = "/index.html";
constexpr std::string_view kStatusLine = "HTTP/1.1 200 OK\r\nServer: wick\r\nContent-Length: ";

constexpr std::string_view kEmptyLine = "\r\n";

/// Of names that we chose ourselves: nobody can make them collide.
std::uint64_t hash(std::string_view path) {
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;
  std::uint64_t sum = path.size(), word = 0;
  const std::size_t last = path.size() < sizeof(word) ? 0 : path.size() - sizeof(word);
#pragma clang loop unroll(disable)
  for (std::size_t at = 0; at < last; at += sizeof(word)) {
    std::memcpy(&word, path.data() + at, sizeof(word));
    sum = (sum ^ word) * kGolden;
  }
  if (path.size() < sizeof(word)) {
    for (char c : path) word = word << 8 | static_cast<unsigned char>(c);
  } else {
    std::memcpy(&word, path.data() + last, sizeof(word));
  }
  sum = (sum ^ word) * kGolden;
  return sum ^ sum >> 32;
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
  const bool small = entry.content.size() <= kCopyLimit;
  const std::size_t more = small ? kDateLine + kEmptyLine.size() + entry.content.size() : 0;
  auto* memory = static_cast<char*>(std::malloc(head.size() + more));
  if (!memory) return false;
  Text copy({memory, head.size() + more});
  copy << head.view();
  const std::string_view kept = copy.view();
  if (small) copy << std::string_view(room, kDateLine) << kEmptyLine << entry.content;
  File& file = files_[count_++];
  file = {.path = path,
          .content = entry.content,
          .head = kept,
          .whole = small ? copy.view() : std::string_view(),
          .date = memory + kept.size(),
          .fields = kept.substr(fields_at),
          .tag = kept.substr(tag_at, tag_end - tag_at),
          .redirect = redirect,
          .plain = is_plain(path)};
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
  return index();
}

bool Files::index() {
  const std::size_t places = std::bit_ceil(2 * count_ + 1);
  places_ = static_cast<const File**>(std::calloc(places, sizeof(*places_)));
  if (!places_) return false;
  mask_ = places - 1;
  for (const File& file : all()) {
    std::size_t at = hash(file.path) & mask_;
    while (places_[at]) at = (at + 1) & mask_;
    places_[at] = &file;
  }
  return true;
}

const File* Files::find(std::string_view path) const {
  if (!places_) return nullptr;
  for (std::size_t at = hash(path) & mask_; places_[at]; at = (at + 1) & mask_) {
    if (places_[at]->path == path) return places_[at];
  }
  return nullptr;
}

const File* Files::find_as_it_is(std::string_view target) const {
  const File* file = find(target);
  return file && file->plain ? file : nullptr;
}

}  // namespace http
