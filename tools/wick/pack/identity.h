// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// UUIDs that formats ask for. They come from what is on the disk, so that the same disk is packed into the same bytes.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "pack/raw_disk.h"

namespace wick::tool {

using Uuid = std::array<std::uint8_t, 16>;  ///< its bytes as they are printed (RFC 9562, section 4)

/// Version 8. @param purpose so that two UUIDs of a disk differ
Uuid uuid_of(const Digest& digest, std::string_view purpose);

/// "01234567-89ab-…"
std::string text_of(const Uuid& uuid);

}  // namespace wick::tool
