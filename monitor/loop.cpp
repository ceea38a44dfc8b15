// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The loop around the guest, the same for both machines: run it until it wants something, do that, run it again.

#include <algorithm>

#include "monitor/base/entropy.h"
#include "monitor/debug/call_log.h"
#include "monitor/debug/names.h"
#include "monitor/guest_machine.h"
#include "monitor/signals.h"

namespace wick::monitor {
namespace {

constexpr int kKilled = 137;  ///< by a debugger: as the shell tells SIGKILL

/// Nobody knows what ends such a sleep: a trace had better be written before.
constexpr std::uint64_t kLongSleep = 100'000'000;

void call(GuestMachine& machine) {
  auto& a = machine.a;
  const auto& r = machine.registers();
  const hv::CallArguments arguments{r.rax, r.rdi, r.rsi};
  a.statistics.call(arguments.number);
  const bool told = a.options.log_calls || a.trace.on();
  const auto start = told ? a.clock.now() : Nanoseconds{};
  hv::answer(machine);
  if (!told) return;
  const CallResult result{static_cast<Status>(r.rax), r.rdx};
  if (a.options.log_calls) log_call(a, arguments, result, start);
  a.trace.span(call_name(arguments.number), start, a.clock.now(), status_name(result.status), result.value);
}

}  // namespace

void GuestMachine::exit(std::uint32_t its_code) {
  code = static_cast<int>(its_code & 0xff);
  if (its_code && !code) code = 1;  // what is not success must not become it
}

CallResult GuestMachine::entropy() {
  std::uint64_t value;
  fill_random({reinterpret_cast<std::uint8_t*>(&value), sizeof value});
  return {Status::ok, value};
}

/// A signal has come: its handler may have left word.
bool GuestMachine::interrupt(const hv::Exit&) {
  return take_overdue() && !a.debugger.attached();  // who is looked at may take all the time
}

std::uint64_t GuestMachine::idle(Nanoseconds deadline, EventMask mask) {
  idle_since = counted = a.clock.now();
  waits_for = mask;
  const auto events = hv::idle(*this, deadline, mask);
  if (idle_since < deadline) a.statistics.quick_waits = raw(counted - idle_since) < kLook;
  a.clock.refresh();
  return events;
}

bool GuestMachine::serve() {
  const bool more = a.devices.serve();
  const auto now = a.clock.now();
  if (a.trace.on()) a.trace.rings(a.devices, now);
  a.statistics.waited += raw(now - counted);
  counted = now;
  report_if_asked(a);
  return more;
}

void GuestMachine::sleep(Nanoseconds deadline) {
  const bool looks = a.devices.has_network() && a.statistics.quick_waits;
  if (looks && raw(counted - idle_since) < kLook) return;
  ++a.statistics.sleeps;
  const auto most = deadline == kNever ? kNever : deadline - std::min(counted, deadline);
  if (raw(most) > kLongSleep) a.trace.flush();
  a.devices.wait(most, signal_file());
  if (a.trace.on()) a.trace.span("wait", counted, a.clock.now(), "mask", raw(waits_for));
}

void GuestMachine::woke() {
  a.lives.watchdog.called();
  (void)take_overdue();
}

void GuestMachine::watch() {
  time_watchdog(a);
  (void)take_overdue();
}

int run_guest(Appliance& a) {
  GuestMachine machine(a);
  do {
    if (a.debugger.attached() && !a.debugger.before_run(a)) return kKilled;
    const auto start = a.trace.on() ? a.clock.now() : Nanoseconds{};
    a.io_thread.before_run(a);
    const auto exit = hv::can_go_on(a.vcpu.registers) ? a.machine->run(a.vcpu) : hv::kCantGoOn;
    a.io_thread.after_run();
    const auto cause = static_cast<unsigned>(exit.cause);
    ++a.statistics.exits[cause];
    if (a.trace.on()) a.trace.span("guest", start, a.clock.now(), kExitNames[cause], exit.vector);
    if (a.debugger.attached() && a.debugger.takes(a, exit)) continue;
    if (exit.cause == hv::ExitCause::call)
      call(machine);
    else
      hv::handle(machine, exit);
    report_if_asked(a);
  } while (machine.code == GuestMachine::kRunning);
  return machine.code;
}

}  // namespace wick::monitor
