// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// lwIP's memory. All of its fixed-size objects come from one region that is taken from the heap at start and sized by
// it, so that connections can neither starve the application nor change the heap; taking and giving one back is a
// few instructions. Packets' own bytes come from two classes of small blocks in the same region, larger ones from the
// heap.

#include <cstddef>
#include <cstdint>

namespace wick::net {

/// How many connections memory of this size is meant to carry.
unsigned connections_for(std::size_t heap_bytes);

/// Takes the region. @return false when the heap cannot give it
bool create_pools(unsigned connections);

struct PoolStatistics {
  std::size_t region;         ///< bytes taken from the heap at start
  std::uint32_t connections;  ///< TCP connections in use, TIME_WAIT included
  std::uint32_t connection_limit;
  std::uint64_t exhausted;  ///< times that a pool had nothing to give
};
PoolStatistics pool_statistics();

}  // namespace wick::net
