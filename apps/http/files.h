// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is served: a table of paths, found by a hash of theirs, each with its bytes where the linker put them and the
// part of the answer's head that never changes, written once at start.

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace http {

/// Bytes of the line "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".
inline constexpr std::size_t kDateLine = 37;
/// Content up to this travels with its head, as one piece.
inline constexpr std::size_t kCopyLimit = 512;

struct File {
  std::string_view path;  ///< as in a request: "/index.html"; "/" and "/docs/" stand for a folder's index
  std::string_view content;
  std::string_view head;    ///< status line and fields of a plain 200 answer, without the last empty line
  std::string_view whole;   ///< of a small file: `head`, the Date field, the empty line and the content
  char* date;               ///< where in `whole` the Date field stands
  std::string_view fields;  ///< of `head`: those that every answer with this file carries
  std::string_view tag;     ///< entity tag, quotes included
  bool redirect;            ///< a folder without its slash: answer with the path that has it
  bool plain;               ///< a target of these characters means this path

  /// `whole` with this Date field, the same for all that are asked for within a turn. Empty: compose it.
  std::string_view dated(std::string_view line) const {
    if (line.size() != kDateLine || redirect) return {};
    if (!whole.empty()) std::memcpy(date, line.data(), kDateLine);
    return whole;
  }
};

/// An embedded file or folder, as the library OS lists them.
struct Entry {
  std::string_view path;  ///< "/www/index.html"
  std::string_view content;
  std::uint32_t checksum;
  bool folder;
};

class Files {
 public:
  /// Takes what lies below `root` ("/www"). Memory comes from malloc() and is never given back.
  /// @return false when there is none
  bool fill(std::span<const Entry> entries, std::string_view root);

  /// @return nullptr when there is no such file
  const File* find(std::string_view path) const;

  /// As find(), by a request's target as it came: most are paths already, of whose characters none stands for another.
  const File* find_as_it_is(std::string_view target) const;

  std::span<const File> all() const { return {files_, count_}; }

 private:
  bool add(std::string_view path, const Entry& entry, bool redirect);
  bool index();

  File* files_ = nullptr;
  std::size_t count_ = 0;
  const File** places_ = nullptr;  ///< by the hash of a path, or the next free one; at least half of them are empty
  std::size_t mask_ = 0;           ///< of the places, whose count is a power of two
};

}  // namespace http
