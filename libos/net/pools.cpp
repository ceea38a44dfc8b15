// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/pools.h"

#include <algorithm>
#include <cstdlib>

#include "lwip/etharp.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/memp.h"
#include "lwip/mld6.h"
#include "lwip/nd6.h"
#include "lwip/priv/nd6_priv.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/udp.h"

namespace wick::net {
namespace {

/// Objects of one size: those given back in a list, those never used yet as a rest of the region.
struct Pool {
  void* free = nullptr;
  std::byte* next = nullptr;
  std::byte* end = nullptr;
  std::int32_t step = 0;  ///< from an object to the next: its size, negative where they are taken from above
  std::uint32_t in_use = 0;

  void* take() {
    void* object = free;
    if (object) {
      free = *static_cast<void**>(object);
    } else {
      if (next == end) return nullptr;
      object = next;
      next += step;
    }
    ++in_use;
    return object;
  }

  void give(void* object) {
    add(object);
    --in_use;
  }

  void add(void* object) {
    *static_cast<void**>(object) = free;
    free = object;
  }
};

constexpr unsigned kSmall = 128;   ///< a header with its pbuf
constexpr unsigned kMedium = 512;  ///< a short answer
constexpr unsigned kFew = 8;       ///< of rarely used objects
constexpr unsigned kFront = 4;     ///< of each kind that lie together, as a connection wants some of each
constexpr std::size_t kLine = 64;  ///< of the cache: small blocks begin at one
constexpr unsigned kTimeWaitLimit = 128;

Pool pools[MEMP_MAX];
Pool small_blocks, medium_blocks;
std::byte* small_start;  ///< small blocks, then the medium ones
std::byte* small_end;
std::byte* medium_end;
std::size_t region_bytes;
std::uint32_t connection_limit;
std::uint64_t exhausted_count;
std::size_t heap_bytes, heap_limit;  ///< of packets beside the region

/// In front of each packet's block of the heap: what it counts for.
struct alignas(16) HeapBlock {
  std::size_t bytes;
};

void count_heap(std::ptrdiff_t change) {
  heap_bytes += static_cast<std::size_t>(change);
  queue_limit = heap_bytes > heap_limit / 2 ? 1 : kQueueLimit;
}

[[gnu::noinline]] void* take_from_heap(std::size_t bytes) {
  bytes += sizeof(HeapBlock);
  if (bytes > heap_limit - heap_bytes) return nullptr;
  auto* block = static_cast<HeapBlock*>(std::malloc(bytes));
  if (!block) return nullptr;
  block->bytes = bytes;
  count_heap(static_cast<std::ptrdiff_t>(bytes));
  return block + 1;
}

[[gnu::noinline]] void give_to_heap(void* bytes) {
  if (!bytes) return;
  auto* block = static_cast<HeapBlock*>(bytes) - 1;
  count_heap(-static_cast<std::ptrdiff_t>(block->bytes));
  std::free(block);
}

constexpr std::uint32_t rounded(std::size_t bytes) { return static_cast<std::uint32_t>((bytes + 15) & ~15ull); }

constexpr std::uint32_t kSizes[MEMP_MAX] = {
#define LWIP_MEMPOOL(name, number, bytes, description) rounded(bytes),
#include "lwip/priv/memp_std.h"
};

std::uint32_t count_for(unsigned type, std::uint32_t connections) {
  switch (type) {
    case MEMP_TCP_PCB:
      return connections + connections / 4 + 16;
    case MEMP_TCP_SEG:
      return 4 * connections + 512;
    case MEMP_PBUF:
      return 6 * connections + 512;
    case MEMP_UDP_PCB:
      return 16 + connections / 8;
    case MEMP_TCP_PCB_LISTEN:
      return 16;
    case MEMP_FRAG_PBUF:
      return 64;
    case MEMP_ARP_QUEUE:
    case MEMP_ND6_QUEUE:
      return 32;
    case MEMP_PBUF_POOL:
      return 0;
    default:
      return kFew;
  }
}

unsigned front_of(unsigned type, std::uint32_t connections) { return std::min(count_for(type, connections), kFront); }

void* exhausted() {
  ++exhausted_count;
  return nullptr;
}

/// Ends the oldest connections in TIME_WAIT beyond a limit: each SYN searches that list.
[[gnu::noinline]] void trim_time_wait() {
  unsigned count = 0;
  tcp_pcb* connection = tcp_tw_pcbs;
  while (connection && ++count < kTimeWaitLimit) connection = connection->next;
  while (connection && connection->next) tcp_abort(connection->next);
}

}  // namespace

unsigned connections_for(std::size_t heap_bytes) {
  std::size_t connections = heap_bytes / 16384;
  if (connections < 64) return 64;
  return connections > 4096 ? 4096u : static_cast<unsigned>(connections);
}

std::uint16_t queue_limit = kQueueLimit;

std::uint32_t in_use(unsigned kind) { return pools[kind].in_use; }

bool has_room_for_connection() { return pools[MEMP_TCP_PCB].in_use < connection_limit; }

bool create_pools(unsigned connections, std::size_t packet_bytes) {
  heap_limit = packet_bytes;
  std::uint32_t small_count = 4 * connections + 64;
  std::uint32_t medium_count = connections + 32;
  std::size_t bytes = kLine + std::size_t{kSmall} * small_count + std::size_t{kMedium} * medium_count;
  for (unsigned type = 0; type < MEMP_MAX; ++type) bytes += std::size_t{kSizes[type]} * count_for(type, connections);
  auto* at = static_cast<std::byte*>(std::aligned_alloc(kLine, (bytes + kLine - 1) & ~(kLine - 1)));
  if (!at) return false;
  region_bytes = bytes;
  connection_limit = connections;
  // What one connection uses lies in few pages, each of which a copy of a guest would have for itself: the first
  // objects of each kind beside each other, and blocks taken from where small and medium ones meet.
  for (unsigned type = 0; type < MEMP_MAX; ++type) {
    pools[type] = {};
    for (unsigned i = 0; i < front_of(type, connections); ++i, at += kSizes[type]) pools[type].add(at);
  }
  small_start = at + (-reinterpret_cast<std::uintptr_t>(at) & (kLine - 1));
  small_end = small_start + std::size_t{kSmall} * small_count;
  small_blocks = {.next = small_end - kSmall, .end = small_start - kSmall, .step = -static_cast<std::int32_t>(kSmall)};
  medium_end = small_end + std::size_t{kMedium} * medium_count;
  medium_blocks = {.next = small_end, .end = medium_end, .step = kMedium};
  at = medium_end;
  for (unsigned type = 0; type < MEMP_MAX; ++type) {
    const std::size_t rest = count_for(type, connections) - front_of(type, connections);
    pools[type].step = static_cast<std::int32_t>(kSizes[type]);
    pools[type].next = at;
    pools[type].end = at += rest * kSizes[type];
  }
  return true;
}

PoolStatistics pool_statistics() {
  return {region_bytes, pools[MEMP_TCP_PCB].in_use, connection_limit, exhausted_count, heap_bytes, heap_limit};
}

}  // namespace wick::net

using namespace wick::net;

extern "C" {

void mem_init() {}
void memp_init() {}

void* memp_malloc(memp_t type) {
  if (type == MEMP_TCP_PCB && (pools[type].in_use & 63) == 63) trim_time_wait();
  void* object = pools[type].take();
  return object ? object : exhausted();
}

void memp_free(memp_t type, void* object) {
  if (!object) return;
  if (type == MEMP_TCP_PCB) static_cast<tcp_pcb*>(object)->state = CLOSED;  // for whoever remembers it (prediction.cpp)
  pools[type].give(object);
}

void* mem_malloc(mem_size_t bytes) {
  void* block = nullptr;
  if (bytes <= kSmall) block = small_blocks.take();
  if (!block && bytes <= kMedium) block = medium_blocks.take();
  if (!block) block = take_from_heap(bytes);
  return block ? block : exhausted();
}

void* mem_calloc(mem_size_t count, mem_size_t size) {
  const std::size_t bytes = std::size_t{count} * size;
  void* block = bytes <= mem_size_t(~0) ? mem_malloc(static_cast<mem_size_t>(bytes)) : nullptr;
  if (block) __builtin_memset(block, 0, bytes);
  return block;
}

void mem_free(void* block) {
  auto* at = static_cast<std::byte*>(block);
  if (at >= small_start && at < small_end) {
    small_blocks.give(block);
  } else if (at >= small_end && at < medium_end) {
    medium_blocks.give(block);
  } else {
    give_to_heap(block);
  }
}

/// Blocks keep their size: lwIP only shortens what it is about to give back.
void* mem_trim(void* block, mem_size_t) { return block; }

}  // extern "C"
