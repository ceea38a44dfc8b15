// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Cylinders, heads and sectors, which old formats still ask for. Nobody who boots a disk of today believes them.

#include <algorithm>
#include <cstdint>

namespace wick::tool {

struct Geometry {
  std::uint16_t cylinders = 0;
  std::uint8_t heads = 0, sectors = 0;  ///< of a cylinder, of a track
  bool operator==(const Geometry&) const = default;
};

/// As the appendix "CHS Calculation" of the VHD specification has it.
constexpr Geometry geometry_of(std::uint64_t sectors) {
  constexpr std::uint64_t kMost = 65535ull * 16 * 255;
  sectors = std::min(sectors, kMost);
  const auto geometry = [](std::uint64_t tracks, std::uint64_t heads, std::uint64_t per_track) {
    return Geometry{static_cast<std::uint16_t>(tracks / heads), static_cast<std::uint8_t>(heads),
                    static_cast<std::uint8_t>(per_track)};
  };
  if (sectors >= 65535ull * 16 * 63) return geometry(sectors / 255, 16, 255);
  std::uint64_t tracks = sectors / 17;
  std::uint64_t heads = std::max<std::uint64_t>((tracks + 1023) / 1024, 4);
  if (tracks < heads * 1024 && heads <= 16) return geometry(tracks, heads, 17);
  tracks = sectors / 31;
  if (tracks < 16ull * 1024) return geometry(tracks, 16, 31);
  return geometry(sectors / 63, 16, 63);
}

}  // namespace wick::tool
