// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "time/zone_file.h"

namespace wick::time {

namespace {

constexpr std::size_t kHeader = 44, kTypeBytes = 6;

std::uint32_t word(const std::uint8_t* at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

}  // namespace

/// A header and the data behind it (3.1, 3.2); a file of version 2 and later has two, the second with longer times.
struct ZoneFile::Block {
  const std::uint8_t* data;
  std::uint32_t utc_flags, standard_flags, leap_seconds, changes, types, names;
  std::size_t time_bytes, size;

  /// @return false when it isn't all there
  bool read(std::span<const std::uint8_t> content, std::size_t bytes_of_time) {
    if (content.size() < kHeader) return false;
    const std::uint8_t* at = content.data();
    if (at[0] != 'T' || at[1] != 'Z' || at[2] != 'i' || at[3] != 'f') return false;
    data = at + kHeader;
    utc_flags = word(at + 20);
    standard_flags = word(at + 24);
    leap_seconds = word(at + 28);
    changes = word(at + 32);
    types = word(at + 36);
    names = word(at + 40);
    time_bytes = bytes_of_time;
    size = kHeader + std::size_t{changes} * (time_bytes + 1) + std::size_t{types} * kTypeBytes + names +
           std::size_t{leap_seconds} * (time_bytes + 4) + standard_flags + utc_flags;
    return size <= content.size();
  }
};

const char* ZoneFile::open(std::span<const std::uint8_t> content) {
  constexpr const char* kNone = "is no time zone file";
  Block block;
  if (!block.read(content, 4)) return kNone;
  ZoneFile file;
  file.change_bytes_ = 4;
  if (content[4] >= '2') {
    const auto second = content.subspan(block.size);
    if (!block.read(second, 8)) return kNone;
    file.change_bytes_ = 8;
    // The rule stands between two line ends (3.3).
    const auto tail = second.subspan(block.size);
    std::size_t length = 1;
    while (length < tail.size() && tail[length] != '\n') length++;
    if (tail.empty() || tail[0] != '\n' || length == tail.size()) return kNone;
    if (length > 1) {
      file.has_rule_ = file.rule_.parse({reinterpret_cast<const char*>(tail.data()) + 1, length - 1});
      if (!file.has_rule_) return "has a rule that isn't understood";
    }
  }
  if (block.leap_seconds != 0) return "counts leap seconds";
  if (block.types == 0 || block.types > 256 || block.names == 0) return kNone;
  file.change_count_ = block.changes;
  file.type_count_ = block.types;
  file.changes_ = block.data;
  file.indices_ = file.changes_ + std::size_t{block.changes} * block.time_bytes;
  file.types_ = file.indices_ + block.changes;
  file.names_ = reinterpret_cast<const char*>(file.types_ + std::size_t{block.types} * kTypeBytes);
  if (file.names_[block.names - 1] != '\0') return kNone;
  for (std::uint32_t i = 0; i < block.changes; i++) {
    if (file.indices_[i] >= block.types || (i > 0 && file.change(i) <= file.change(i - 1))) return kNone;
  }
  for (std::uint32_t i = 0; i < block.types; i++) {
    const std::uint8_t* type = file.types_ + i * kTypeBytes;
    const auto offset = static_cast<std::int32_t>(word(type));
    if (offset < -90000 || offset > 93600 || type[4] > 1 || type[5] >= block.names) return kNone;  // 3.2
  }
  *this = file;
  return nullptr;
}

std::int64_t ZoneFile::change(std::uint32_t number) const {
  const std::uint8_t* at = changes_ + std::size_t{number} * change_bytes_;
  if (change_bytes_ == 4) return static_cast<std::int32_t>(word(at));
  return static_cast<std::int64_t>(std::uint64_t{word(at)} << 32 | word(at + 4));
}

Shown ZoneFile::type(unsigned number) const {
  const std::uint8_t* at = types_ + number * kTypeBytes;
  return {static_cast<std::int32_t>(word(at)), at[4] != 0, names_ + at[5]};
}

Shown ZoneFile::at(std::int64_t instant) const {
  if (change_count_ == 0 || instant < change(0)) return change_count_ == 0 && has_rule_ ? rule_.at(instant) : type(0);
  if (has_rule_ && instant >= change(change_count_ - 1)) return rule_.at(instant);
  std::uint32_t first = 0, behind = change_count_;  // the last change that is not after the instant
  while (behind - first > 1) {
    const std::uint32_t middle = first + (behind - first) / 2;
    (change(middle) <= instant ? first : behind) = middle;
  }
  return type(indices_[first]);
}

std::optional<Shown> ZoneFile::latest(bool summer) const {
  if (has_rule_) {
    if (!summer) return rule_.standard();
    return rule_.has_summer() ? std::optional(rule_.summer()) : std::nullopt;
  }
  for (std::uint32_t i = change_count_; i-- > 0;) {
    const Shown kind = type(indices_[i]);
    if (kind.summer == summer) return kind;
  }
  const Shown first = type(0);
  return first.summer == summer ? std::optional(first) : std::nullopt;
}

}  // namespace wick::time
