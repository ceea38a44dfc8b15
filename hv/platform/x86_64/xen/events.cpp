// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Two-level event channels (public/xen.h, "Event channel endpoints"). Waiting is SCHEDOP_poll with interrupts off: Xen
// looks at the pending bits after it has marked the vCPU as blocked, so no event can fall between a look and a halt.

#include "platform/x86_64/xen/events.h"

#include "arch/cpu.h"
#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "base/memory.h"
#include "platform/x86_64/xen/hypercall.h"

namespace wick::hv::xen {
namespace {

constexpr unsigned kMaxPorts = 16;
constexpr unsigned kNoEvent = kEventCount;  ///< ends an idle wait, nothing more

/// Xen puts its page in the place of this one, all of it: nothing else may live here.
struct alignas(kPage) SharedPage : SharedInfo {};
static_assert(sizeof(SharedPage) == kPage);
// Among hv's whole pages: ordinary .bss isn't laid out by them.
[[gnu::section(".bss.hv.own")]] SharedPage shared;

// The ports as SCHEDOP_poll takes them, and the event of each.
Port ports[kMaxPorts];
unsigned events[kMaxPorts];
unsigned port_count;

std::uint64_t bit(Port port) { return 1ull << (static_cast<std::uint32_t>(port) & 63); }
unsigned word(Port port) { return static_cast<std::uint32_t>(port) / 64; }

/// Takes the pending bit of a port away. @return whether it was set
bool take(Port port) {
  return __atomic_fetch_and(&shared.pending[word(port)], ~bit(port), __ATOMIC_ACQ_REL) & bit(port);
}

/// The upcall, and the end of an idle wait: hands each port that fired on to the event page. Interrupts are off.
void take_events() {
  auto& cpu = this_cpu();
  auto& vcpu = shared.vcpus[cpu.number()];
  __atomic_store_n(&vcpu.upcall_pending, std::uint8_t{0}, __ATOMIC_SEQ_CST);  // before the selector: no loss
  __atomic_exchange_n(&vcpu.pending_selector, 0, __ATOMIC_ACQ_REL);
  for (unsigned i = 0; i < port_count; ++i) {
    if (!take(ports[i])) continue;
    if (ports[i] == Port{cpu.timer_port}) cpu.timer = kNever;  // it has fired
    if (events[i] != kNoEvent) __atomic_or_fetch(&cpu.events.pending, 1ull << events[i], __ATOMIC_RELAXED);
  }
}

bool bind_timer() {
  auto& cpu = this_cpu();
  cpu.timer = kNever;
  call(Hypercall::vcpu_op, kStopPeriodicTimer, cpu.number());
  BindVirq bind{.virq = Virq::timer, .vcpu = cpu.number(), .port = {}};
  if (call(Hypercall::event_channel_op, kBindVirq, &bind) != 0) return false;
  cpu.timer_port = static_cast<std::uint32_t>(bind.port);
  return listen(bind.port, kNoEvent);
}

}  // namespace

Status start_events() {
  AddToPhysmap place{.domain = kSelf,
                     .size = 0,
                     .space = MapSpace::shared_info,
                     .index = 0,
                     .frame = reinterpret_cast<std::uint64_t>(&shared) / kPage};
  if (call(Hypercall::memory_op, kAddToPhysmap, &place) != 0) return Status::io_error;
  for (auto& mask : shared.mask) mask = ~0ull;  // ports that nobody listens to stay silent
  platform_interrupt = take_events;
  port_count = 0;
  if (!set_parameter(Parameter::callback, kCallbackByVector | kPlatformVector)) return Status::io_error;
  return bind_timer() ? Status::ok : Status::io_error;
}

const volatile SharedInfo& shared_info() { return shared; }

bool listen(Port port, unsigned event) {
  if (port_count == kMaxPorts) return false;
  ports[port_count] = port;
  events[port_count] = event;
  ++port_count;
  __atomic_fetch_and(&shared.mask[word(port)], ~bit(port), __ATOMIC_ACQ_REL);
  return true;
}

void notify(Port port) {
  SendEvent send{port};
  call(Hypercall::event_channel_op, kSend, &send);
}

void wait_for(Port port, Nanoseconds timeout, bool keep) {
  Poll poll{.ports = &port, .count = 1, .timeout = raw(timeout) - clock_ahead};
  call(Hypercall::sched_op, kPoll, &poll);
  if (!keep) take(port);
}

void forget(Port port) { take(port); }

bool bind(std::uint16_t domain, unsigned event, Port& port) {
  AllocateUnbound bind{.domain = kSelf, .remote = domain, .port = {}};
  if (call(Hypercall::event_channel_op, kAllocateUnbound, &bind) != 0) return false;
  port = bind.port;
  return listen(port, event);
}

void set_timer(Nanoseconds deadline) {
  auto& cpu = this_cpu();
  if (deadline == cpu.timer) return;  // already so: spare the hypercall
  cpu.timer = deadline;
  if (deadline == kNever) {
    call(Hypercall::vcpu_op, kStopTimer, cpu.number());
    return;
  }
  SetTimer timer{.deadline = raw(deadline) - clock_ahead, .flags = 0};
  call(Hypercall::vcpu_op, kSetTimer, cpu.number(), reinterpret_cast<std::uint64_t>(&timer));
}

void idle() {
  Poll poll{.ports = ports, .count = port_count, .timeout = 0};
  call(Hypercall::sched_op, kPoll, &poll);
  take_events();  // spares the upcall
}

}  // namespace wick::hv::xen
