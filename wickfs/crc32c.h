// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// CRC-32C (RFC 3720, B.4), the checksum of everything on a volume; the tree's one implementation of it.

#include <cstddef>

#include "abi/host/checksum.h"

namespace wick::wickfs {

/// @param before of the bytes in front of these; 0 when there are none
inline std::uint32_t crc32c(const void* bytes, std::size_t count, std::uint32_t before = 0) {
  return wick::crc32c(std::span(static_cast<const std::uint8_t*>(bytes), count), before);
}

}  // namespace wick::wickfs
