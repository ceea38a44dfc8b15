// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a platform that suspends machines asks of whoever runs the guest (machine/identity.cpp).

namespace wick::hv {

/// The guest goes on, perhaps as one of several copies: its BootInfo gets another seed and the half of its generation
/// that tells copies apart, so that no two draw the same random numbers.
void renew_identity();

}  // namespace wick::hv
