// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a volume should hold, as maps in memory, and a random load that changes both the same way.

#include <doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "wickfs/check/check.h"
#include "wickfs/volume.h"

namespace wick::wickfs {

inline std::uint64_t standing_clock() { return 1'700'000'000'000'000'000; }

/// A volume with memory of its own.
class Mounted {
 public:
  explicit Mounted(Disk& disk, std::size_t bytes = Volume::kLeastMemory)
      : memory_(bytes / sizeof(std::uint64_t)),
        volume(disk, std::as_writable_bytes(std::span(memory_)), standing_clock) {}
  Volume* operator->() { return &volume; }

 private:
  std::vector<std::uint64_t> memory_;

 public:
  Volume volume;
};

/// Files by path with their content, which copies share; folders have none.
using Bytes = std::shared_ptr<const std::string>;
using FileMap = std::map<std::string, Bytes>;

inline bool same(const FileMap& one, const FileMap& other) {
  return std::ranges::equal(one, other, [](const auto& a, const auto& b) {
    return a.first == b.first && (a.second == b.second || (a.second && b.second && *a.second == *b.second));
  });
}

/// @return false when something can't be read
[[nodiscard]] inline bool read_tree(Volume& volume, Inode folder, const std::string& path, FileMap& tree) {
  Entry entry;
  Error outcome;
  for (std::uint64_t position = 0; ok(outcome = volume.next_entry(folder, position, entry));) {
    const std::string full = path + "/" + std::string(entry.name());
    Status status;
    if (!ok(volume.stat(entry.inode, status))) return false;
    if (is_directory(status.mode)) {
      tree[full] = nullptr;
      if (!read_tree(volume, entry.inode, full, tree)) return false;
      continue;
    }
    std::string content(status.size, '?');
    std::size_t got;
    if (!ok(volume.read(entry.inode, 0, content.data(), content.size(), got)) || got != content.size()) return false;
    tree[full] = std::make_shared<const std::string>(std::move(content));
  }
  return outcome == Error::not_found;
}

/// Nothing when something can't be read.
inline std::optional<FileMap> tree_of(Volume& volume) {
  FileMap tree;
  return read_tree(volume, kRoot, "", tree) ? std::optional(tree) : std::nullopt;
}

inline void check_clean(Volume& volume) {
  for (const Finding& finding : Checker(volume).run().findings)
    FAIL_CHECK("block " << finding.block << ", inode " << finding.inode << " " << finding.path << ": " << finding.what);
}

/// A new file in the root.
inline Inode made(Volume& volume, std::string_view name, std::string_view content = "") {
  Inode inode;
  std::size_t put;
  REQUIRE(volume.create(kRoot, name, kModeFile | 0644, inode) == Error::none);
  REQUIRE(volume.write(inode, 0, content.data(), content.size(), put) == Error::none);
  REQUIRE(put == content.size());
  return inode;
}

inline std::string content(Volume& volume, Inode inode) {
  Status status;
  REQUIRE(volume.stat(inode, status) == Error::none);
  std::string text(status.size, '?');
  std::size_t got;
  REQUIRE(volume.read(inode, 0, text.data(), text.size(), got) == Error::none);
  return text.substr(0, got);
}

/// One random operation at a time, on the volume and on the model; they must agree on whether it is possible.
class Load {
 public:
  Load(Volume& volume, FileMap model, std::mt19937_64& random)
      : volume_(volume), model_(std::move(model)), random_(random) {}
  std::size_t most_bytes = 60'000;  ///< of one write
  std::size_t most_size = 300'000;  ///< of a file
  std::size_t most_names = 1000;

  const FileMap& model() const { return model_; }
  /// @return what the volume said where the model wasn't changed
  Error step();
  bool synced_last() const { return synced_; }

 private:
  std::string any_folder();
  std::string any_name() {
    return "/" + std::string(random_() % 8 == 0 ? 200 : 1, static_cast<char>('a' + random_() % 12));
  }
  std::string any_file();
  std::pair<Inode, std::string> split(const std::string& path);
  bool has_entries(const std::string& path) const {
    const auto next = model_.upper_bound(path + "/");
    return next != model_.end() && next->first.starts_with(path + "/");
  }
  Error create();
  Error write();
  Error truncate();
  Error remove();
  Error rename();

  Volume& volume_;
  FileMap model_;
  std::mt19937_64& random_;
  bool synced_ = false;
};

inline std::string Load::any_folder() {
  std::vector<std::string> all{""};
  for (const auto& [path, content] : model_) {
    if (!content && path.size() < 500) all.push_back(path);
  }
  return all[random_() % all.size()];
}

inline std::string Load::any_file() {
  std::vector<std::string> all;
  for (const auto& [path, content] : model_) {
    if (content) all.push_back(path);
  }
  return all.empty() ? "" : all[random_() % all.size()];
}

inline std::pair<Inode, std::string> Load::split(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  Inode folder = 0;
  (void)volume_.find(path.substr(0, slash), folder);
  return {folder, path.substr(slash + 1)};
}

inline Error Load::create() {
  if (model_.size() >= most_names) return Error::none;
  const bool folder = random_() % 4 == 0;
  const std::string path = any_folder() + any_name();
  const auto [above, name] = split(path);
  Inode made;
  const Error outcome = volume_.create(above, name, folder ? kModeDirectory | 0755 : kModeFile | 0644, made);
  if (model_.contains(path)) {
    CHECK(outcome != Error::none);
    return Error::none;
  }
  if (ok(outcome)) model_[path] = folder ? nullptr : std::make_shared<const std::string>();
  return outcome;
}

inline Error Load::write() {
  const std::string path = any_file();
  Inode inode;
  if (path.empty()) return Error::none;
  if (const Error wrong = volume_.find(path, inode); !ok(wrong)) return wrong;
  std::string content = *model_[path];
  std::size_t offset = random_() % 3 == 0 ? content.size() : random_() % (content.size() + 20'000);
  std::size_t bytes = random_() % 2 == 0 ? random_() % 600 : random_() % most_bytes;
  if (random_() % 3 == 0) offset &= ~std::size_t{4095};
  if (random_() % 3 == 0) bytes = (bytes + 4095) & ~std::size_t{4095};
  if (offset + bytes > most_size) return Error::none;
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; i += 97) text[i] = static_cast<char>(random_());
  std::size_t put;
  const Error outcome = volume_.write(inode, offset, text.data(), bytes, put);
  if (put > 0) {
    content.resize(std::max(content.size(), offset + put));
    content.replace(offset, put, text.substr(0, put));
    model_[path] = std::make_shared<const std::string>(std::move(content));
  }
  return outcome;
}

inline Error Load::truncate() {
  const std::string path = any_file();
  Inode inode;
  if (path.empty()) return Error::none;
  if (const Error wrong = volume_.find(path, inode); !ok(wrong)) return wrong;
  std::string content = *model_[path];
  const std::size_t size = random_() % (random_() % 2 ? content.size() + 1 : most_size);
  const Error outcome = volume_.truncate(inode, size);
  if (!ok(outcome)) return outcome;
  content.resize(size);
  model_[path] = std::make_shared<const std::string>(std::move(content));
  return Error::none;
}

inline Error Load::remove() {
  if (model_.empty()) return Error::none;
  const auto at = std::next(model_.begin(), static_cast<std::ptrdiff_t>(random_() % model_.size()));
  const auto [above, name] = split(at->first);
  Inode inode;
  if (const Error wrong = volume_.lookup(above, name, inode); !ok(wrong)) return wrong;
  const bool open = random_() % 4 == 0;
  const Error outcome = volume_.remove(above, name, open);
  if (has_entries(at->first)) {
    CHECK(outcome != Error::none);
    return outcome == Error::not_empty ? Error::none : outcome;
  }
  if (!ok(outcome)) return outcome;
  model_.erase(at);
  return open && random_() % 2 ? volume_.reclaim(inode) : Error::none;
}

inline Error Load::rename() {
  if (model_.empty()) return Error::none;
  const std::string from = std::next(model_.begin(), static_cast<std::ptrdiff_t>(random_() % model_.size()))->first;
  const std::string to = any_folder() + any_name();
  const auto [from_folder, from_name] = split(from);
  const auto [to_folder, to_name] = split(to);
  const Error outcome = volume_.rename(from_folder, from_name, to_folder, to_name, false);
  const bool folder = !model_[from];
  const auto there = model_.find(to);
  const bool fits = there == model_.end() || (!there->second == folder && !has_entries(to));
  if (from == to) return outcome;
  if ((folder && to.starts_with(from + "/")) || !fits) {
    CHECK(outcome != Error::none);
    const bool told = outcome == Error::invalid || outcome == Error::is_directory || outcome == Error::not_directory ||
                      outcome == Error::not_empty;
    return told ? Error::none : outcome;
  }
  if (!ok(outcome)) return outcome;
  FileMap moved;
  for (auto at = model_.begin(); at != model_.end();) {
    const bool below = at->first == from || at->first.starts_with(from + "/");
    if (below) moved[to + at->first.substr(from.size())] = at->second;
    at = below ? model_.erase(at) : std::next(at);
  }
  for (auto& [path, content] : moved) model_[path] = content;
  return Error::none;
}

inline Error Load::step() {
  synced_ = false;
  switch (random_() % 16) {
    case 0:
    case 1:
    case 2:
    case 3:
      return create();
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
      return write();
    case 9:
      return truncate();
    case 10:
    case 11:
      return remove();
    case 12:
    case 13:
      return rename();
    default:
      synced_ = true;
      return volume_.sync();
  }
}

}  // namespace wick::wickfs
