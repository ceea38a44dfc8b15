// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A time zone file (RFC 8536), as /usr/share/zoneinfo of a Linux system has them: when the clocks changed, and the rule
// that holds behind the last change. Its content is somebody else's: everything is checked before it is believed.

#include <cstdint>
#include <optional>
#include <span>

#include "time/zone_rule.h"

namespace wick::time {

class ZoneFile {
 public:
  /// @param content has to live as long as this
  /// @return nullptr, or what is wrong; nothing has changed then
  [[nodiscard]] const char* open(std::span<const std::uint8_t> content);

  /// @param instant seconds since 1970, UTC
  Shown at(std::int64_t instant) const;

  /// The latest kind of time of the zone with, or without, summer time, if it has one.
  std::optional<Shown> latest(bool summer) const;

 private:
  struct Block;

  Shown type(unsigned number) const;
  std::int64_t change(std::uint32_t number) const;

  const std::uint8_t* changes_ = nullptr;  ///< instants, rising
  const std::uint8_t* indices_ = nullptr;  ///< of each change: the type behind it
  const std::uint8_t* types_ = nullptr;    ///< 6 bytes each: offset, summer, name
  const char* names_ = nullptr;
  std::uint32_t change_count_ = 0, type_count_ = 0;
  unsigned change_bytes_ = 8;
  ZoneRule rule_;
  bool has_rule_ = false;
};

}  // namespace wick::time
