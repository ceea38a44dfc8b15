// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/stack.h"

#include "lwip/init.h"
#include "net/pools.h"

namespace wick::net {
namespace {

constexpr unsigned kBudget = 128;  ///< frames an interface and turn, before timers and output get theirs

constinit Stack the_stack;

/// Whether something was sent to ourselves.
bool loopback_waits() {
  netif* interface;
  NETIF_FOREACH(interface) {
    if (interface->loop_first) return true;
  }
  return false;
}

}  // namespace

Stack& stack() { return the_stack; }

bool Stack::start(unsigned connections, std::size_t packet_bytes) {
  if (!create_pools(connections, packet_bytes)) return false;
  lwip_init();
  return true;
}

Interface* Stack::attach(drivers::Network& device, std::uint16_t mtu_limit) {
  if (count_ == kMaxInterfaces) return nullptr;
  Interface& interface = room_.make();
  room_.keep();
  interfaces_[count_++] = &interface;
  interface.start(device, mtu_limit);
  return &interface;
}

Nanoseconds Stack::turn(Nanoseconds now) {
  in_turn_ = true;
  turn_time_ = now;
  for (unsigned number = 0; number < count_; ++number) (void)interfaces_[number]->poll(kBudget);
  Nanoseconds next = timers_.run(now);
  if (loopback_waits()) netif_poll_all();
  for (unsigned number = 0; number < count_; ++number) interfaces_[number]->flush();
  in_turn_ = false;
  return next;
}

void Stack::expect_loopback() {
  if (in_turn_ || !wake_) return;
  if (loopback_waits()) wake_();
}

bool Stack::arm() {
  bool quiet = true;
  for (unsigned number = 0; number < count_; ++number) quiet &= interfaces_[number]->arm();
  if (quiet) ++waits_;
  return quiet;
}

}  // namespace wick::net
