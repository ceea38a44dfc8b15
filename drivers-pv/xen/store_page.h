// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a domain and XenStore's daemon share, and the messages that pass there (Xen public/io/xs_wire.h).

#include <cstddef>
#include <cstdint>

namespace wick::drivers::xen {

inline constexpr std::uint32_t kStoreRing = 1024;

/// Indices count bytes on and on, modulo 2^32.
struct StorePage {
  char requests[kStoreRing], replies[kStoreRing];
  std::uint32_t requests_taken, requests_put;
  std::uint32_t replies_taken, replies_put;
  std::uint32_t features, connection, error, port;
};
static_assert(offsetof(StorePage, requests_taken) == 2048);
static_assert(sizeof(StorePage) == 2080);

enum class StoreType : std::uint32_t {
  directory = 1,
  read = 2,
  watch = 4,
  write = 11,
  watch_event = 15,
  error = 16,
};

/// Followed by `length` bytes.
struct StoreHeader {
  StoreType type;
  std::uint32_t request;  ///< the reply repeats it
  std::uint32_t transaction;
  std::uint32_t length;
};
static_assert(sizeof(StoreHeader) == 16);

inline constexpr std::uint32_t kMostStoreBytes = 4096;  ///< of a message, without its header

}  // namespace wick::drivers::xen
