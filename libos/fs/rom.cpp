// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See rom.h. Binary search over the table that the tool sorted.

#include "fs/rom.h"

#include "fs/path.h"

namespace wick::fs {

std::size_t Rom::lower_bound(std::string_view path) const {
  std::size_t low = 0, high = entries_.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (std::string_view(entries_[middle].path) < path) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

const RomEntry* Rom::find(std::string_view path) const {
  const std::size_t at = lower_bound(path);
  return at < entries_.size() && path == entries_[at].path ? &entries_[at] : nullptr;
}

const RomEntry* Rom::next_child(std::string_view path, const RomEntry* previous) const {
  const std::size_t start = previous ? static_cast<std::size_t>(previous - entries_.data()) + 1 : lower_bound(path);
  for (std::size_t at = start; at < entries_.size(); at++) {
    const std::string_view candidate = entries_[at].path;
    if (candidate == path) continue;
    // Siblings such as "/a.b" may stand between "/a" and "/a/x": only the prefix's end ends the search.
    if (candidate.size() < path.size() || std::string_view(candidate.data(), path.size()) != path) return nullptr;
    if (is_within(candidate, path) && parent(candidate) == path) return &entries_[at];
  }
  return nullptr;
}

bool is_directory(const RomEntry& entry) { return (entry.mode & S_IFMT) == S_IFDIR; }

}  // namespace wick::fs
