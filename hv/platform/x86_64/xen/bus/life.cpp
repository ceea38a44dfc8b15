// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/x86_64/xen/bus/life.h"

#include "abi/event.h"
#include "arch/cpu.h"
#include "platform/clock.h"
#include "platform/identity.h"
#include "platform/print.h"
#include "platform/x86_64/xen/bus/domain.h"
#include "platform/x86_64/xen/console.h"
#include "platform/x86_64/xen/hypercall.h"
#include "platform/x86_64/xen/power.h"

namespace wick::hv::xen {
namespace {

constexpr std::uint64_t kBindIpi = 7;  // event_channel_op

struct BindIpi {
  std::uint32_t vcpu;
  Port port;  ///< out
};
static_assert(sizeof(BindIpi) == 8);

Port to_end, to_look;

bool bind_own(unsigned event, Port& port) {
  BindIpi bind{.vcpu = this_cpu().number(), .port = {}};
  if (call(Hypercall::event_channel_op, kBindIpi, &bind) != 0) return false;
  port = bind.port;
  return listen(port, event);
}

/// The store's page is part of the saved memory and stays where it was. @return nullptr, or what is missing
const char* take_up() {
  if (!ok(start_events())) return "its shared page and timer";
  start_console();
  domain.store_port = Port{static_cast<std::uint32_t>(parameter(Parameter::store_port))};
  if (store_page_now() != domain.store_page || !listen(domain.store_port, domain.store_event)) return "its store";
  if (domain.count != 0 && !map_grant_table()) return "its grant table";
  for (unsigned i = 0; i < domain.count; ++i) {
    auto& device = domain.devices[i];
    if (!bind(device)) return "an event channel of a device";
    ++device.facts.life;
  }
  return bind_own_channels() ? nullptr : "event channels of its own";
}

/// The clock page goes on from `then`, on whatever machine this is: time that a domain was suspended doesn't count.
void set_clock(Nanoseconds then) {
  const auto& time = shared_info().vcpus[this_cpu().number()].time;
  for (clock_ahead = 0;; clock_ahead = raw(then) - raw(clock_now())) {
    clock_page.version = time.version + 2;  // another machine's may be the same by chance
    platform->refresh_clock(clock_page);
    if (clock_ahead != 0 || clock_now() == then) return;
  }
}

Status suspend() {
  drain_console();
  const Nanoseconds then = clock_now(), timer = this_cpu().timer;
  Shutdown shutdown{ShutdownReason::suspend};
  if (call(Hypercall::sched_op, kShutdown, &shutdown) != 0) return Status::would_block;  // called off
  if (const char* missing = take_up()) {
    print_line(print, "[wick] Xen doesn't give the domain back what it had: ", missing);
    hv::power_off(1, End::crash);
  }
  set_clock(then);
  set_timer(timer);
  renew_identity();
  notify(to_look);
  return Status::ok;
}

}  // namespace

bool bind_own_channels() {
  return bind_own(static_cast<unsigned>(Event::shutdown), to_end) && bind_own(domain.store_event, to_look);
}

Status fulfil(drivers::xen::Wish wish) {
  using drivers::xen::Wish;
  if (wish == Wish::suspend) return suspend();
  if (wish != Wish::power_off && wish != Wish::reboot) return Status::unsupported;
  if (wish == Wish::reboot) orderly_end = ShutdownReason::reboot;
  notify(to_end);
  return Status::ok;
}

}  // namespace wick::hv::xen
