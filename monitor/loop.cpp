// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The loop around the guest, the same for both machines: run it until it wants something, do that, run it again.

#include <algorithm>

#include "guest/death.h"
#include "monitor/appliance.h"
#include "monitor/base/entropy.h"
#include "monitor/debug/call_log.h"
#include "monitor/debug/names.h"
#include "monitor/devices/terminal.h"
#include "monitor/signals.h"

namespace wick::monitor {
namespace {

constexpr int kRunning = -1;  ///< instead of an exit code
constexpr int kKilled = 137;  ///< by a debugger: as the shell tells SIGKILL

/// Nobody knows what ends such a sleep: a trace had better be written before.
constexpr std::uint64_t kLongSleep = 100'000'000;

std::uint64_t pending(Appliance& appliance, EventMask mask) {
  return __atomic_load_n(&appliance.memory.shared().event.pending, __ATOMIC_ACQUIRE) & raw(mask);
}

bool serve(Appliance& a) {
  const bool more = a.devices.serve();
  if (a.trace.on()) a.trace.rings(a.devices, a.clock.now());
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
  a.statistics.call(arguments.number);
  a.lives.watchdog.called();
  Calls calls(a);
  const bool told = a.options.log_calls || a.trace.on();
  const auto start = told ? a.clock.now() : Nanoseconds{};
  const auto result = hv::dispatch(calls, a.image.notes.abi.calls, arguments);
  if (a.options.log_calls) log_call(a, arguments, result, start);
  if (told) a.trace.span(call_name(arguments.number), start, a.clock.now(), status_name(result.status), result.value);
  r.rax = static_cast<std::uint64_t>(result.status);
  r.rdx = result.value;
  return calls.exit_code();
}

/// A signal has come: its handler may have left word.
int interrupt(Appliance& a) {
  if (!take_overdue() || a.debugger.attached()) return kRunning;  // who is looked at may take all the time
  return die(a, hv::kOverdue);
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
  const auto look_until = Nanoseconds{raw(start) + (a.devices.has_network() && a.statistics.quick_waits ? kLook : 0)};
  for (;;) {
    const bool more = serve(a);
    const auto now = a.clock.now();
    a.statistics.waited += raw(now - counted);
    counted = now;
    report_if_asked(a);
    if (pending(a, mask) || now >= deadline || a.debugger.interrupted()) break;
    if (more || now < std::min(look_until, deadline)) continue;
    ++a.statistics.sleeps;
    const auto most = deadline == kNever ? kNever : deadline - now;
    if (raw(most) > kLongSleep) a.trace.flush();
    a.devices.wait(most, signal_file());
    if (a.trace.on()) a.trace.span("wait", now, a.clock.now(), "mask", raw(mask));
  }
  if (start < deadline) a.statistics.quick_waits = raw(counted - start) < kLook;
}

int run_guest(Appliance& a) {
  Host host{a};
  for (;;) {
    if (a.debugger.attached() && !a.debugger.before_run(a)) return kKilled;
    const auto start = a.trace.on() ? a.clock.now() : Nanoseconds{};
    a.io_thread.before_run(a);
    const auto exit = hv::can_go_on(a.vcpu.registers) ? a.machine->run(a.vcpu) : hv::kCantGoOn;
    a.io_thread.after_run();
    const auto cause = static_cast<unsigned>(exit.cause);
    ++a.statistics.exits[cause];
    if (a.trace.on()) a.trace.span("guest", start, a.clock.now(), kExitNames[cause], exit.vector);
    if (a.debugger.attached() && a.debugger.takes(a, exit)) continue;
    const int code = hv::handle(host, exit);
    if (code != kRunning) return code;
    report_if_asked(a);
  }
}

}  // namespace wick::monitor
