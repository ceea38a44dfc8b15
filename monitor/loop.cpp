// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The loop around the guest, the same for both machines: run it until it wants something, do that, run it again.

#include <algorithm>

#include "monitor/base/entropy.h"
#include "monitor/debug/report.h"
#include "monitor/guest_machine.h"
#include "monitor/signals.h"
#include "processor.h"

namespace wick::monitor {
namespace {

constexpr int kKilled = 137;  ///< by an observer: as the shell tells SIGKILL

void call(GuestMachine& machine, bool watched) {
  auto& a = machine.a;
  const auto& r = machine.registers();
  const hv::CallArguments arguments{r.call_number(), r.first_argument(), r.second_argument(), r.third_argument()};
  a.counts.call(arguments.number);
  if (watched) a.watch.tell(&Observer::called, arguments);
  hv::answer(machine);
  if (watched) a.watch.tell(&Observer::answered, arguments, answer_in(r));
}

std::string_view say(ControlRequest::What what) {
  return report(what, {running->guest, running->devices, running->counts});
}

void hear_signals(Appliance& a) {
  const auto signals = take_signals();
  if (signals >> kQuestionSignal & 1) a.control.answer(say);
  if (signals) tell_all(&Observer::signalled, signals);
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
bool GuestMachine::interrupt(const hv::Exit&) { return take_overdue(); }

std::uint64_t GuestMachine::idle(Nanoseconds deadline, EventMask mask) {
  idle_since = counted = a.guest.clock.now();
  waits_for = mask;
  const auto events = hv::idle(*this, deadline, mask);
  if (idle_since < deadline) a.idle_policy.waited(counted - idle_since);
  if (a.control.wanted()) snapshot();
  a.guest.clock.refresh();
  return events;
}

bool GuestMachine::serve() {
  const bool more = a.devices.serve();
  const auto now = a.guest.clock.now();
  if (a.watch.on()) a.watch.tell(&Observer::served);
  a.counts.waited += raw(now - counted);
  counted = now;
  hear_signals(a);
  return more;
}

void GuestMachine::sleep(Nanoseconds deadline) {
  const bool looks = a.devices.has_network() && a.idle_policy.looks();
  if (looks && raw(counted - idle_since) < IdlePolicy::kPollNs) return;
  ++a.counts.sleeps;
  if (a.copies.looks_left) look_at_writes(a);
  const auto most = deadline == kNever ? kNever : deadline - std::min(counted, deadline);
  if (a.watch.on()) a.watch.tell(&Observer::sleeps, most);
  a.devices.wait(most, signal_file());
  if (a.watch.on()) a.watch.tell(&Observer::woke, waits_for);
}

void GuestMachine::woke() {
  a.guest.vcpu.watchdog.called();
  (void)take_overdue();
}

void GuestMachine::watch() {
  set_alarm(a.guest);
  (void)take_overdue();
}

int run_guest(Appliance& a) {
  GuestMachine machine(a);
  const bool watched = a.watch.on();  // from the first run to the last, or never
  do {
    hear_signals(a);
    if (watched && a.watch.ask(&Observer::kills)) return kKilled;
    if (watched) a.watch.tell(&Observer::runs);
    a.io_thread.before_run(a.idle_policy);
    const auto exit = slice_is_over()                         ? hv::Exit{hv::ExitCause::interrupt}
                      : hv::can_go_on(a.guest.vcpu.registers) ? a.guest.machine->run(a.guest.vcpu)
                                                              : hv::kCantGoOn;
    a.io_thread.after_run();
    ++a.counts.exits[static_cast<unsigned>(exit.cause)];
    if (watched) a.watch.tell(&Observer::has_run, exit);
    if (watched && a.watch.ask(&Observer::takes, exit))
      (void)(take_overdue() | take_slice_over());  // who is looked at may take all the time
    else if (exit.cause == hv::ExitCause::call)
      call(machine, watched);
    else
      hv::handle(machine, exit);
  } while (machine.code == GuestMachine::kRunning);
  return machine.code;
}

}  // namespace wick::monitor
