// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files that the manifest embeds, where the linker put them: no descriptor, no copy. They never change.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wick::rom {

struct File {
  std::string_view path;  ///< absolute: "/www/index.html"
  std::string_view content;
  std::uint32_t checksum;  ///< CRC-32 of the content
  bool folder;
};

/// Number of files and folders.
std::size_t count();

/// @param number below count(); in bytewise order of the paths
File file(std::size_t number);

}  // namespace wick::rom
