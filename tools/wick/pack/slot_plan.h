// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How many slots a new disk has, and how large they are.

#include "image/facts.h"
#include "pack/disk.h"

namespace wick::tool {

/// @param count, size as --slots and --slot-size say; empty: they don't
/// @param bytes of the slot's content
Result<DiskContent::Slots> slot_plan(const std::string& count, const std::string& size, const ImageFacts& facts,
                                     std::uint64_t bytes);

/// Fails when nothing would ever find a start of the image good.
Result<void> can_be_found_good(const ImageFacts& facts);

}  // namespace wick::tool
