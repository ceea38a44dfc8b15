// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The network in the guest: a start step that attaches the devices and configures the first one, and the thread that
// takes the stack's turns. It sleeps until a device has something, a timer is due, or another thread has sent.

#include <wick/memory.h>
#include <wick/net.h>

#include "boot/checkpoint.h"
#include "boot/config.h"
#include "boot/devices.h"
#include "boot/end.h"
#include "boot/init.h"
#include "net/configure.h"
#include "net/copy.h"
#include "net/drain.h"
#include "net/pools.h"
#include "net/report.h"
#include "net/stack.h"
#include "sched/lock.h"
#include "time/clock.h"
#include "trace/log.h"

extern "C" void wick_net_assertion(const char* sentence) { wick::panic(sentence); }

namespace wick::net {
namespace {

constexpr std::size_t kStack = 32 * 1024;
constexpr unsigned kTurnsBetweenYields = 16;
constexpr std::uint64_t kLingerMilliseconds = 5000;

constinit sched::WaitQueue work;

/// Part of the heap that packets may take beside the stack's region.
constexpr std::size_t kPacketShare = 4;

struct DeviceEvents : sched::EventHandler {
  constexpr DeviceEvents() : EventHandler(EventMask{0}, happened) {}
  static void happened(EventHandler& self, EventMask) {
    static_cast<DeviceEvents&>(self).interface->told();
    work.wake_one();
  }
  Interface* interface = nullptr;
};
constinit DeviceEvents device_events[kMaxInterfaces];

/// To its end each turn: what the stack calls back runs within the guard, too.
void run(void*) {
  const sched::Guard guard(sched::State::network);
  Stack& all = stack();
  unsigned turns = 0;
  std::uint32_t returns = boot::returns();
  for (;;) {
    if (returns != boot::returns()) {
      returns = boot::returns();
      begin_again(all);
    }
    Nanoseconds now = time::now();
    Nanoseconds next = report_progress(now);
    if (Nanoseconds due = all.turn(now); raw(due) < raw(next)) next = due;
    if (!all.arm()) {
      if (++turns % kTurnsBetweenYields == 0) sched::yield();
      continue;
    }
    (void)work.wait_until(next);
  }
}

/// A network on this host acknowledges what it has not passed on yet: a peer that ends its half has read everything.
constexpr Nanoseconds kGrace = time::milliseconds(250);
constexpr Nanoseconds kPollInterval = time::milliseconds(1);  ///< finished transmissions wake nobody

/// Takes the stack's turns until everything has left or the time is over. @return what is left
Pending drain(Nanoseconds until) {
  Stack& all = stack();
  Nanoseconds grace = kNever;
  for (;;) {
    const Nanoseconds now = time::now();
    const Nanoseconds next = all.turn(now);
    const Pending left = pending();
    if (left.none()) {
      if (grace == kNever) grace = now + kGrace;
      if (left.half_closed == 0 || raw(now) >= raw(grace)) return left;
    }
    if (raw(now) >= raw(until)) return left;
    if (!all.arm()) continue;
    const std::uint64_t alarm = left.frames != 0 ? raw(now + kPollInterval) : raw(next);
    sched::idle_until(Nanoseconds{alarm < raw(until) ? alarm : raw(until)});
  }
}

void finish() {
  const std::uint64_t milliseconds = config::get_number("run.linger", kLingerMilliseconds);
  end_connections();
  const Pending left = drain(time::deadline(time::milliseconds(milliseconds)));
  if (left.none()) return;
  log::write(
      log::Level::warning,
      "network: the program ended and %u connections with %zu bytes and %u other frames have not gone out in %u ms",
      left.connections, left.bytes, left.frames, static_cast<unsigned>(milliseconds));
}

constinit boot::End end{finish};

bool wrong(const char* key, std::string_view value) {
  log::write(log::Level::error, "%s=%.*s is not understood", key, static_cast<int>(value.size()), value.data());
  return false;
}

std::string_view setting(const char* key, std::string_view otherwise) {
  std::string_view value = config::get(key);
  return value.empty() ? otherwise : value;
}

bool configure4(Interface& interface) {
  std::string_view address = setting("net.ipv4", "dhcp");
  if (address == "off") return true;
  if (address == "dhcp") {
    // lwIP keeps the pointer.
    static char host_name[64];
    std::string_view wanted = config::get("net.hostname").substr(0, sizeof(host_name) - 1);
    wanted.copy(host_name, wanted.size());
    expect_dhcp(interface, time::now());
    return use_dhcp(interface, host_name);
  }
  return use_address4(interface, address, config::get("net.gateway4")) || wrong("net.ipv4", address);
}

bool configure6(Interface& interface) {
  std::string_view address = setting("net.ipv6", "auto");
  if (address == "off") return true;
  if (address == "auto") {
    use_automatic6(interface);
    return true;
  }
  return use_address6(interface, address, config::get("net.gateway6")) || wrong("net.ipv6", address);
}

Status start() {
  if (!devices::network(0)) {
    log::write(log::Level::error, "the manifest wants a network, but this machine has no network device");
    return Status::not_found;
  }
  const std::size_t heap = memory::statistics().total;
  if (!stack().start(connections_for(heap), heap / kPacketShare)) {
    log::write(log::Level::error, "the heap is too small for the network stack");
    return Status::no_memory;
  }
  const auto mtu = static_cast<std::uint16_t>(config::get_number("net.mtu", 0));
  for (unsigned number = 0; number < kMaxInterfaces; ++number) {
    drivers::Network* device = devices::network(number);
    if (!device) break;
    Interface* interface = stack().attach(*device, mtu);
    report_addresses(*interface);
    device_events[number].mask = device->info().events;
    device_events[number].interface = interface;
    device_events[number].attach();
  }
  Interface& first = stack().interface(0);
  if (!configure4(first) || !configure6(first)) return Status::bad_argument;
  if (std::string_view servers = config::get("net.dns"); !servers.empty() && !use_name_servers(servers)) {
    wrong("net.dns", servers);
    return Status::bad_argument;
  }
  stack().wake_by([] { work.wake_one(); });
  boot::at_end(end);
  const auto thread = sched::spawn("network", run, nullptr, kStack);
  sched::above_all = thread.thread;
  return thread.status;
}

WICK_INIT_STEP(50, "network", start);

}  // namespace

void serve() {
  const sched::Guard guard(sched::State::network);
  sched::WaitQueue nothing;
  for (;;) nothing.wait();
}

}  // namespace wick::net
