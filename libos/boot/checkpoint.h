// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which life this is. Whoever keeps something that two lives must not share compares the number with the one that it
// has seen, and renews it. The number alone isn't new: copies of a snapshot count alike. What tells them apart comes
// from hv, and here is the one place that looks at it.

#include <cstdint>

#include "abi/bootinfo.h"

namespace wick::boot {

/// The first life's identity. @param generation of BootInfo, which hv changes; null: lives can't be told apart
void begin_lives(const GenerationEntry* generation);

/// 0 at first, another number after each return to a checkpoint and whenever a machine that was suspended goes on.
/// Cheap: to be asked at each use.
std::uint32_t life();

/// Counts returns alone: after one, the world outside, disks among it, isn't what memory says.
std::uint32_t returns();

}  // namespace wick::boot
