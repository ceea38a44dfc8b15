// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <cstdio>
#include <cstdlib>

#include "boot/checkpoint.h"
#include "fs/descriptors.h"
#include "lwip/etharp.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/memp.h"
#include "lwip/mld6.h"
#include "lwip/nd6.h"
#include "lwip/priv/nd6_priv.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/udp.h"
#include "net/pools.h"
#include "net/stack.h"
#include "sched/thread.h"
#include "time/clock.h"

namespace {

std::uint64_t clock_now = 1'000'000'000;
unsigned in_use_of[MEMP_MAX];
constexpr std::size_t kSizes[MEMP_MAX] = {
#define LWIP_MEMPOOL(name, number, bytes, description) bytes,
#include "lwip/priv/memp_std.h"
};

void turn() {
  constexpr std::uint64_t kStep = 1'000'000;
  clock_now += kStep;
  (void)wick::net::stack().turn(wick::Nanoseconds{clock_now});
}

}  // namespace

void world::pass(unsigned milliseconds) {
  for (unsigned step = 0; step < milliseconds; ++step) turn();
}

unsigned world::objects() {
  unsigned sum = 0;
  for (unsigned count : in_use_of) sum += count;
  return sum;
}

std::uint32_t wick::boot::life() { return 0; }

namespace wick::time {
Nanoseconds now() { return Nanoseconds{clock_now}; }
Nanoseconds deadline(Nanoseconds after) { return Nanoseconds{clock_now + raw(after)}; }
}  // namespace wick::time

namespace wick::sched {

void WaitQueue::add(Waiter& waiter) {
  waiter.queue = this;
  waiter.next = first_;
  if (first_ != nullptr) first_->previous = &waiter;
  first_ = &waiter;
}

void WaitQueue::remove(Waiter& waiter) {
  if (waiter.queue != this) return;
  (waiter.previous != nullptr ? waiter.previous->next : first_) = waiter.next;
  if (waiter.next != nullptr) waiter.next->previous = waiter.previous;
  waiter.queue = nullptr;
}

bool WaitQueue::wait_until(Nanoseconds deadline) {
  constexpr std::uint64_t kForEver = 600'000'000'000;  // nothing here waits for longer than that and is right
  const std::uint64_t most = clock_now + kForEver;
  Waiter waiter;
  add(waiter);
  while (waiter.queue != nullptr && clock_now < raw(deadline)) {
    if (clock_now > most) std::abort();
    turn();
  }
  const bool woken = waiter.queue == nullptr;
  remove(waiter);
  return woken;
}

/// Nobody interrupts anybody here.
Woken WaitQueue::wait_for_call(Nanoseconds deadline) {
  return wait_until(deadline) ? Woken::by_queue : Woken::by_deadline;
}

void WaitQueue::wake_one() {
  if (first_ != nullptr) remove(*first_);
}

void WaitQueue::wake_all() {
  while (first_ != nullptr) wake_one();
}

}  // namespace wick::sched

// net/pools.h, by malloc().
namespace wick::net {

std::uint16_t queue_limit = kQueueLimit;
std::uint32_t in_use(unsigned kind) { return in_use_of[kind]; }
bool has_room_for_connection() { return true; }
bool create_pools(unsigned, std::size_t) { return true; }
PoolStatistics pool_statistics() { return {}; }

}  // namespace wick::net

extern "C" {

void wick_net_assertion(const char* sentence) {
  std::fprintf(stderr, "lwIP: %s\n", sentence);
  std::abort();
}

void mem_init() {}
void memp_init() {}

void* memp_malloc(memp_t kind) {
  ++in_use_of[kind];
  return std::malloc(kSizes[kind]);
}

void memp_free(memp_t kind, void* object) {
  if (object == nullptr) return;
  --in_use_of[kind];
  std::free(object);
}

void* mem_malloc(mem_size_t bytes) { return std::malloc(bytes); }
void* mem_calloc(mem_size_t count, mem_size_t size) { return std::calloc(count, size); }
void mem_free(void* block) { std::free(block); }
void* mem_trim(void* block, mem_size_t) { return block; }

}  // extern "C"
