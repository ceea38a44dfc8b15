// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A guest's world of one thread, without devices: the clock goes as far as a test says, whoever waits takes the stack's
// turns meanwhile, and all of lwIP's objects come from malloc(), so that the address sanitizer sees each use of one
// that was given back.

#include "abi/types.h"

namespace world {

/// Lets time pass, turn by turn.
void pass(unsigned milliseconds);

/// lwIP's objects of all kinds that are in use.
unsigned objects();

}  // namespace world
