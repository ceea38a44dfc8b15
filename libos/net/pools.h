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

/// Takes the region. @param packet_bytes the most that packets may take from the heap beside it
/// @return false when the heap can't give it
bool create_pools(unsigned connections, std::size_t packet_bytes);

/// Segments that one connection may queue, looked at in net/event.cpp. Falls to 1 while the packets' bytes that lie in
/// the heap are more than half of what they may be.
inline constexpr std::uint16_t kQueueLimit = 2040;
extern std::uint16_t queue_limit;

/// Objects of a kind that are in use, by lwIP's number for the kind.
std::uint32_t in_use(unsigned kind);

/// Whether one more connection stays within what memory is meant to carry.
bool has_room_for_connection();

struct PoolStatistics {
  std::size_t region;         ///< bytes taken from the heap at start
  std::uint32_t connections;  ///< TCP connections in use, TIME_WAIT included
  std::uint32_t connection_limit;
  std::uint64_t exhausted;   ///< times that a pool had nothing to give
  std::size_t packet_bytes;  ///< of the heap, in packets at present
  std::size_t packet_limit;
};
PoolStatistics pool_statistics();

}  // namespace wick::net
