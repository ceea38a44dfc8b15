// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The wall `none`: the calls are plain functions, there is no boundary. The guest is trusted with the machine, so
// nothing is checked here; what a call can't do without a boundary says `unsupported`.

#include "abi/call.h"
#include "arch/instructions.h"
#include "arch/paging.h"
#include "devices/finder.h"
#include "guest/idle.h"
#include "machine/none/machine.h"
#include "platform/platform.h"
#include "platform/print.h"

using namespace wick;

namespace wick::hv {
namespace {

/// The first page of each `every` bytes, or all of them.
Status set_each_writable(Gpa start, std::uint64_t length, std::uint64_t every, bool writable) {
  const std::uint64_t piece = every ? kPage : length;
  for (std::uint64_t at = 0; at < length; at += every ? every : length)
    if (const auto status = set_own_writable(start + at, piece, writable); !ok(status)) return status;
  return Status::ok;
}

/// A guest with time slices runs with interrupts on; what they and a call both touch (the timer, Xen's events) is one
/// thing at a time, and while hv waits for one no slice ends.
struct Uninterrupted {
  Uninterrupted() {
    disable_interrupts();
    Unwalled::in_call() = 1;
  }
  ~Uninterrupted() {
    Unwalled::in_call() = 0;
    if (Unwalled::slices().on()) enable_interrupts();
  }
};

}  // namespace
}  // namespace wick::hv

void wick_call_exit(std::uint32_t code) { hv::exit_machine(code); }

Status wick_call_console(Gpa bytes, std::uint64_t count) {
  const hv::Uninterrupted now;
  hv::platform->console(reinterpret_cast<const char*>(raw(bytes)), count);
  return Status::ok;
}

Status wick_call_seal(Gpa start, std::uint64_t length, std::uint64_t every) {
  const hv::Uninterrupted now;
  const auto status = hv::set_each_writable(start, length, every, false);
  if (!ok(status)) (void)hv::set_each_writable(start, length, every, true);
  return status;
}

CallResult wick_call_yield(Nanoseconds deadline, EventMask mask) {
  const hv::Uninterrupted now;
  hv::Unwalled machine;
  return {Status::ok, hv::idle(machine, deadline, mask)};
}

CallResult wick_call_wall_clock() { return hv::Hardware::wall_clock(); }
CallResult wick_call_entropy() { return hv::Hardware::entropy(); }

Status wick_call_notify(std::uint32_t number) {
  const hv::Uninterrupted now;       // a bus may wait for an answer: Xen's does, with interrupts off
  return hv::notify_device(number);  // hv itself serves no queue here
}
Status wick_call_vcpu_start(std::uint32_t, Gpa, Gpa) { return Status::unsupported; }
Status wick_call_vcpu_kick(std::uint32_t, std::uint32_t) { return Status::unsupported; }
Status wick_call_watchdog(Nanoseconds) { return Status::unsupported; }
CallResult wick_call_checkpoint() { return {Status::unsupported, 0}; }
