// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Random numbers for sequence numbers, ports and query identifiers: a small stock drawn from the library OS's
// generator, so that a new connection does not pay for a whole run of it.

#include <unistd.h>

#include <cstdint>

#include "boot/checkpoint.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/udp.h"

namespace {

constexpr unsigned kStock = 32;
std::uint32_t stock[kStock];
unsigned left = 0;
std::uint32_t stock_life = 0;

}  // namespace

/// lwIP counts its ports on from where it was; each life begins somewhere else.
extern "C" void wick_net_begin_life() {
  tcp_init();
  udp_init();
}

extern "C" std::uint32_t wick_net_random() {
  if (left == 0 || stock_life != wick::boot::life()) {
    stock_life = wick::boot::life();
    if (getentropy(stock, sizeof(stock)) != 0) __builtin_trap();
    left = kStock;
  }
  std::uint32_t number = stock[--left];
  stock[left] = 0;
  return number;
}
