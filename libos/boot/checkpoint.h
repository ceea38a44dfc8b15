// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which life this is. Whoever keeps something that two lives must not share compares the number with the one that it
// has seen, and renews it.

#include <cstdint>

namespace wick::boot {

/// 0 until the first return to a checkpoint, then another number after each.
std::uint32_t life();

}  // namespace wick::boot
