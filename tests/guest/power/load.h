// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A load of changes to files that follows from a seed alone: the guest does them on a volume, and the host knows from
// the same seed what the volume held after each. Every change is one that a cut of the power leaves done or undone.

#include <array>
#include <cstdint>
#include <string>

namespace wick::power {

enum class Kind : std::uint8_t {
  make_folder,
  remove_folder,
  rename_folder,
  create,
  write,
  truncate,
  remove,
  rename,
  sync
};

/// A file, or a folder in the root. Folder 0 is the root.
struct Place {
  unsigned folder, file;
};

struct Change {
  Kind kind;
  Place from, to;  ///< `to` of renames
  std::uint64_t offset, bytes;
  std::uint64_t seed;  ///< of what is written, and of what else is a matter of chance
};

inline constexpr unsigned kFolders = 6, kFiles = 8;

inline std::string name_of_folder(unsigned folder) { return folder == 0 ? "" : "/folder" + std::to_string(folder); }
inline std::string name_of(Place place) { return name_of_folder(place.folder) + "/file" + std::to_string(place.file); }

/// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  std::uint64_t below(std::uint64_t end) { return next() % end; }

 private:
  std::uint64_t state_;
};

/// What a change of that seed writes.
inline void fill(char* to, std::size_t bytes, std::uint64_t seed) {
  Random random(seed);
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes; i++, word >>= 8) {
    if (i % 8 == 0) word = random.next();
    to[i] = static_cast<char>(word);
  }
}

class Load {
 public:
  static constexpr std::uint64_t kMostAtOnce = 200'000, kMostOfFile = 700'000, kMostOfAll = 6'000'000;

  explicit Load(std::uint64_t seed) : random_(seed) {
    for (auto& folder : sizes_) folder.fill(kNone);
  }

  /// The first makes the file that is always there, and a tenth to a sixth of all are syncs.
  Change next() {
    if (sizes_[0][0] == kNone)
      return sizes_[0][0] = 0, Change{.kind = Kind::create, .from = {}, .to = {}, .offset = 0, .bytes = 0, .seed = 0};
    for (;;) {
      Change change{.kind = Kind::sync, .from = any(), .to = any(), .offset = 0, .bytes = 0, .seed = random_.next()};
      if (decide(change)) return change;
    }
  }

 private:
  static constexpr std::int64_t kNone = -1;

  Place any() { return {static_cast<unsigned>(random_.below(kFolders)), static_cast<unsigned>(random_.below(kFiles))}; }
  std::int64_t& size(Place place) { return sizes_[place.folder][place.file]; }
  bool there(unsigned folder) const { return folder == 0 || folders_[folder]; }
  bool is_empty(unsigned folder) const {
    for (const std::int64_t size : sizes_[folder])
      if (size != kNone) return false;
    return true;
  }
  std::uint64_t all() const {
    std::uint64_t sum = 0;
    for (const auto& folder : sizes_)
      for (const std::int64_t size : folder) sum += size == kNone ? 0 : static_cast<std::uint64_t>(size);
    return sum;
  }

  /// @return whether that is possible; then it is as if done
  bool decide(Change& change);
  bool folder_change(Change& change);
  bool decide_write(Change& change);

  Random random_;
  std::array<bool, kFolders> folders_{};
  std::array<std::array<std::int64_t, kFiles>, kFolders> sizes_;  ///< bytes
};

inline bool Load::folder_change(Change& change) {
  const unsigned from = change.from.folder, to = change.to.folder;
  if (from == 0) return false;
  if (!there(from)) {
    change.kind = Kind::make_folder;
    return folders_[from] = true;
  }
  if (is_empty(from)) {
    change.kind = Kind::remove_folder;
    folders_[from] = false;
    return true;
  }
  if (to == 0 || to == from || (there(to) && !is_empty(to))) return false;  // an empty one gives way
  change.kind = Kind::rename_folder;
  folders_[from] = false;
  folders_[to] = true;
  sizes_[to] = sizes_[from];
  sizes_[from].fill(kNone);
  return true;
}

inline bool Load::decide_write(Change& change) {
  change.kind = Kind::write;
  std::int64_t& has = size(change.from);
  const auto before = static_cast<std::uint64_t>(has);
  change.bytes = 1 + random_.below(random_.below(3) == 0 ? kMostAtOnce : 6000);
  change.offset = random_.below(2) == 0 ? before : random_.below(before + 20'000);
  if (random_.below(2) == 0) change.offset &= ~std::uint64_t{4095};
  const std::uint64_t end = change.offset + change.bytes;
  if (end > kMostOfFile || all() + end > kMostOfAll) return false;
  if (end > before) has = static_cast<std::int64_t>(end);
  return true;
}

inline bool Load::decide(Change& change) {
  const unsigned what = static_cast<unsigned>(random_.below(24));
  if (what < 3) return folder_change(change);
  if (!there(change.from.folder)) return false;
  std::int64_t& has = size(change.from);
  if (has == kNone) {
    if (what >= 12) return false;
    change.kind = Kind::create;
    has = 0;
    return true;
  }
  const bool stays = change.from.folder == 0 && change.from.file == 0;
  if (what < 14) return decide_write(change);
  if (what < 16) {
    change.kind = Kind::truncate;
    change.bytes = random_.below(static_cast<std::uint64_t>(has) + (random_.below(4) == 0 ? 30'000 : 1));
    has = static_cast<std::int64_t>(change.bytes);
    return change.bytes <= kMostOfFile;
  }
  if (what < 20) return true;  // sync
  if (stays) return false;
  if (what < 22) {
    change.kind = Kind::remove;
    has = kNone;
    return true;
  }
  const bool same = change.from.folder == change.to.folder && change.from.file == change.to.file;
  if (same || !there(change.to.folder)) return false;
  change.kind = Kind::rename;
  size(change.to) = has;
  has = kNone;
  return true;
}

}  // namespace wick::power
