// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where randomness comes from: the processor (through hv), the boot seed, a device. getentropy() combines whatever
// there is; arc4random() of picolibc (ChaCha20) stretches it for everyone.

#include <cstddef>
#include <span>

#include "class/entropy.h"

namespace wick::entropy {

/// From now on this device contributes too.
void use(drivers::Entropy* device);

/// Fills `to` with full-entropy bytes, 256 at most. @return false when no source can
bool gather(std::span<std::uint8_t> to);

}  // namespace wick::entropy
