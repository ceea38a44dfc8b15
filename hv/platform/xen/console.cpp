// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/xen/console.h"

#include "arch/paging.h"
#include "platform/clock.h"
#include "platform/xen/events.h"
#include "platform/xen/hypercall.h"

namespace wick::hv::xen {
namespace {

constexpr Nanoseconds kTimeout{200'000'000};  ///< a daemon that reads nothing for so long is gone

ConsoleRing* ring;
Port port;

std::uint32_t unread() { return ring->out_produced - __atomic_load_n(&ring->out_consumed, __ATOMIC_ACQUIRE); }

/// Rings the daemon and waits until it has read a byte. @return false when it didn't
bool wait_for_reader() {
  const auto before = unread();
  const auto deadline = clock_now() + kTimeout;
  notify(port);
  while (unread() == before && clock_now() < deadline) wait_for(port, deadline);
  return unread() != before;
}

/// @return bytes taken; fewer than `count` when the ring is full
std::size_t fill(const char* bytes, std::size_t count) {
  const auto used = unread();
  if (used >= sizeof ring->out) return 0;
  const std::size_t room = sizeof ring->out - used;
  const std::size_t taken = count < room ? count : room;
  auto at = ring->out_produced;
  for (std::size_t i = 0; i < taken; ++i) ring->out[at++ % sizeof ring->out] = bytes[i];
  __atomic_store_n(&ring->out_produced, at, __ATOMIC_RELEASE);
  return taken;
}

}  // namespace

void start_console() {
  const auto frame = parameter(Parameter::console_frame);
  port = Port{static_cast<std::uint32_t>(parameter(Parameter::console_port))};
  if (!frame || !map_memory(Gpa{frame * kPage}, kPage, Rights::read_write)) return;
  ring = reinterpret_cast<ConsoleRing*>(frame * kPage);
}

void write_console(const char* bytes, std::size_t count) {
  if (!ring) {
    call(Hypercall::console_io, kConsoleWrite, count, reinterpret_cast<std::uint64_t>(bytes));
    return;
  }
  while (count) {
    const auto taken = fill(bytes, count);
    bytes += taken;
    count -= taken;
    if (count && !wait_for_reader()) return;
  }
  notify(port);
}

void drain_console() {
  while (ring && unread() && wait_for_reader()) {
  }
}

}  // namespace wick::hv::xen
