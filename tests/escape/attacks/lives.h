// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Attacks on what outlives a guest: one life leaves something, the next looks whether it is there. First across
// restarts from pristine memory, then across returns to a checkpoint.

#include <cstddef>
#include <span>

#include "attack.h"

namespace escape {

std::span<const Attack> pristine_attacks();
std::span<const Attack> returned_attacks();

/// Takes the checkpoint that all later lives begin at.
void begin_returning();

// What the two share.

/// Fills what a program can reach of the processor's registers with `secret`, and ends the guest.
[[noreturn]] void die_with_full_registers();
/// Whether some of it is there.
bool registers_are_clean();

/// Writes 32 bytes of random numbers to memory that outlives the guest: what devices write keeps its bytes.
void leave_random_numbers();
/// Whether other ones are drawn now.
bool random_numbers_differ();

}  // namespace escape
