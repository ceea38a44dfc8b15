// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The loop around the guest, the same for both machines: run it until it wants something, do that, run it again.

#include <algorithm>

#include "guest/death.h"
#include "monitor/appliance.h"
#include "monitor/base/entropy.h"
#include "monitor/devices/terminal.h"
#include "monitor/signals.h"

namespace wick::monitor {
namespace {

constexpr int kRunning = -1;  ///< instead of an exit code
constexpr int kKilled = 137;  ///< by an observer: as the shell tells SIGKILL

std::uint64_t pending(Appliance& appliance, EventMask mask) {
  return __atomic_load_n(&appliance.memory.shared().event.pending, __ATOMIC_ACQUIRE) & raw(mask);
}

bool serve(Appliance& a) {
  const bool more = a.devices.serve();
  if (a.watch.on()) a.watch.tell(&Observer::served);
  return more;
}

/// What is left of a call once hv::dispatch() has checked it.
class Calls {
 public:
  explicit Calls(Appliance& appliance) : a_(appliance) {}
  int exit_code() const { return exit_code_; }

  bool may(Gpa address, std::uint64_t length, bool write) { return a_.memory.may(address, length, write); }
  const hv::GuestMap& regions() { return a_.memory.regions(); }

  CallResult exit(std::uint32_t code) {
    exit_code_ = static_cast<int>(code & 0xff);
    if (code && !exit_code_) exit_code_ = 1;  // what is not success must not become it
    return {Status::ok, 0};
  }

  CallResult console(Gpa bytes, std::uint64_t count) {
    write_guests({reinterpret_cast<const char*>(raw(bytes)), count});
    return {Status::ok, 0};
  }

  CallResult yield(Nanoseconds deadline, EventMask mask) {
    idle(a_, deadline, mask);
    a_.lives.watchdog.called();  // who has waited hasn't hung
    (void)take_overdue();
    a_.clock.refresh();
    return {Status::ok, pending(a_, mask)};
  }

  CallResult notify(std::uint32_t number) { return {a_.devices.notify(number), 0}; }
  CallResult wall_clock() { return {Status::ok, a_.clock.date_of_epoch()}; }

  CallResult entropy() {
    std::uint64_t value;
    fill_random({reinterpret_cast<std::uint8_t*>(&value), sizeof value});
    return {Status::ok, value};
  }

  CallResult seal(Gpa start, std::uint64_t length) {
    return {a_.lives.seals.add(regions(), start, length,
                               [&](Gpa at, std::uint64_t bytes, bool writable) {
                                 return set_guest_writable(a_, at, bytes, writable);
                               }),
            0};
  }

  CallResult arm_watchdog(Nanoseconds timeout) {
    monitor::arm_watchdog(a_, timeout);
    return {Status::ok, 0};
  }

  CallResult checkpoint() { return {take_checkpoint(a_), 0}; }

 private:
  Appliance& a_;
  int exit_code_ = kRunning;
};

int call(Appliance& a) {
  auto& r = a.vcpu.registers;
  const hv::CallArguments arguments{r.rax, r.rdi, r.rsi};
  a.counts.call(arguments.number);
  a.lives.watchdog.called();
  Calls calls(a);
  if (a.watch.on()) a.watch.tell(&Observer::called, arguments);
  const auto result = hv::dispatch(calls, a.image.notes.abi.calls, arguments);
  if (a.watch.on()) a.watch.tell(&Observer::answered, arguments, result);
  r.rax = static_cast<std::uint64_t>(result.status);
  r.rdx = result.value;
  return calls.exit_code();
}

/// A signal has come: its handler may have left word.
int interrupt(Appliance& a) { return take_overdue() ? die(a, hv::kOverdue) : kRunning; }

void hear_signals() {
  if (const auto signals = take_signals()) tell_all(&Observer::signalled, signals);
}

/// As guest/death.h asks for.
struct Host {
  static constexpr const char* kStoppedAccess = "an access that only the host stopped";
  Appliance& a;
  int call() { return monitor::call(a); }
  int interrupt(const hv::Exit&) { return monitor::interrupt(a); }
  int fault(const hv::Death& death) { return monitor::fault(a, death); }
  int die(const hv::Death& death) { return monitor::die(a, death); }
};

}  // namespace

void idle(Appliance& a, Nanoseconds deadline, EventMask mask) {
  const auto start = a.clock.now();
  auto counted = start;
  const auto look_until =
      Nanoseconds{raw(start) + (a.devices.has_network() && a.idle_policy.looks() ? IdlePolicy::kLook : 0)};
  for (;;) {
    const bool more = serve(a);
    const auto now = a.clock.now();
    a.counts.waited += raw(now - counted);
    counted = now;
    hear_signals();
    if (pending(a, mask) || now >= deadline || (a.watch.on() && a.watch.wants_guest())) break;
    if (more || now < std::min(look_until, deadline)) continue;
    ++a.counts.sleeps;
    const auto most = deadline == kNever ? kNever : deadline - now;
    if (a.watch.on()) a.watch.tell(&Observer::sleeps, most);
    a.devices.wait(most, signal_file());
    if (a.watch.on()) a.watch.tell(&Observer::woke, mask);
  }
  if (start < deadline) a.idle_policy.waited(counted - start);
}

int run_guest(Appliance& a) {
  Host host{a};
  for (;;) {
    hear_signals();
    if (a.watch.on() && !a.watch.may_run()) return kKilled;
    a.io_thread.before_run(a.idle_policy);
    const auto exit = hv::can_go_on(a.vcpu.registers) ? a.machine->run(a.vcpu) : hv::kCantGoOn;
    a.io_thread.after_run();
    ++a.counts.exits[static_cast<unsigned>(exit.cause)];
    if (a.watch.on() && a.watch.takes(exit)) {
      (void)take_overdue();  // who is looked at may take all the time
      continue;
    }
    const int code = hv::handle(host, exit);
    if (code != kRunning) return code;
  }
}

}  // namespace wick::monitor
