// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The log (see wick/log.h) and the way to give up. Writing never allocates and never lets another thread run.

#include "abi/types.h"
#include "wick/log.h"

namespace wick {

/// Gives up: fills in the crash record's reason and stops with an undefined instruction, which hv records. The log is
/// in the record already. `reason` is one sentence.
[[noreturn]] void panic(const char* reason);

}  // namespace wick
