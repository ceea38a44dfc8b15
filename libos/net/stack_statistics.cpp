// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What wick/net.h tells of the stack as a whole.

#include <wick/net.h>

#include "net/pools.h"
#include "net/stack.h"

namespace wick::net {

Statistics statistics() {
  Statistics sum{};
  Stack& all = stack();
  for (unsigned number = 0; number < all.count(); ++number) {
    const InterfaceStatistics& one = all.interface(number).statistics();
    sum.received_frames += one.received_frames;
    sum.received_bytes += one.received_bytes;
    sum.sent_frames += one.sent_frames;
    sum.sent_bytes += one.sent_bytes;
    sum.dropped_frames += one.dropped;
    sum.flushes += one.flushes;
  }
  PoolStatistics pools = pool_statistics();
  sum.waits = all.waits();
  sum.connections = pools.connections;
  sum.connection_limit = pools.connection_limit;
  sum.exhausted = pools.exhausted;
  sum.pool_bytes = pools.region;
  return sum;
}

std::uint64_t turn_seconds() { return raw(stack().turn_time()) / 1'000'000'000; }

}  // namespace wick::net
