// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is served: a table of paths, sorted, each with its bytes where the linker put them and the part of the answer's
// head that never changes, written once at start.

#include <cstdint>
#include <span>
#include <string_view>

namespace http {

struct File {
  std::string_view path;  ///< as in a request: "/index.html"; "/" and "/docs/" stand for a folder's index
  std::string_view content;
  std::string_view head;    ///< status line and fields of a plain 200 answer, without the last empty line
  std::string_view fields;  ///< of `head`: those that every answer with this file carries
  std::string_view tag;     ///< entity tag, quotes included
  bool redirect;            ///< a folder without its slash: answer with the path that has it
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

  std::span<const File> all() const { return {files_, count_}; }

 private:
  bool add(std::string_view path, const Entry& entry, bool redirect);

  File* files_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace http
