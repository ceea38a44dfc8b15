// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// CRC-32C (RFC 3720, B.4), the checksum of everything on a volume.

#include <cstddef>
#include <cstdint>

namespace wick::wickfs {

/// @param before of the bytes in front of these; 0 when there are none
std::uint32_t crc32c(const void* bytes, std::size_t count, std::uint32_t before = 0);

}  // namespace wick::wickfs
