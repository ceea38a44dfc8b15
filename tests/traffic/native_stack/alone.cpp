// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What the network stack asks of a guest, where there is none around it.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "boot/checkpoint.h"

std::uint32_t wick::boot::life() { return 0; }  // random numbers ask for it

extern "C" void wick_net_assertion(const char* sentence) {
  std::fprintf(stderr, "FAILED: lwIP: %s\n", sentence);
  std::abort();
}
