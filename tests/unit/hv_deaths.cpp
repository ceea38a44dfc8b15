// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// How a guest stops (guest/death.h), on a machine that only writes down what is asked of it.
#include <doctest.h>

#include <string>
#include <vector>

#include "guest/death.h"

using namespace wick;
using namespace wick::hv;

namespace {

std::string said;
void say(std::string_view text) { said += text; }

struct Machine {
  static constexpr Sink kSay = say;
  Lives lives_;
  Notes notes_;
  CrashRegisters registers_{};
  CrashRecord page{}, last{};
  std::vector<std::string> done;

  Machine() {
    said.clear();
    auto& restart = notes_.restart;
    restart.policy = RestartPolicy::restore;
    restart.most = 2;
    restart.window = Nanoseconds{1'000};
    restart.delay = Nanoseconds{7};
    notes_.entry.fault = Gpa{0x4000};
    registers_.rip = 0x1234;
    registers_.rsp = 0x9000;
  }

  void describe(CrashRecord& record, const CrashRegisters& at, const Death& death) {
    const std::uint8_t id[sizeof record.build_id] = {1};
    hv::describe(record, at, death, now(), BuildId{id});
  }
  bool may_read(Gpa, std::uint64_t) { return false; }
  bool is_code(std::uint64_t) { return true; }
  Lives& lives() { return lives_; }
  const Notes& notes() { return notes_; }
  CrashRegisters& registers() { return registers_; }
  CrashRecord& crash_page() { return page; }
  CrashRecord& last_crash() { return last; }
  void tell(const CrashRecord& record) {
    CHECK(record.magic == kCrashMagic);  // it is complete before anybody hears of it
    done.emplace_back("tell");
  }
  void arm_watchdog(Nanoseconds timeout) { done.push_back("watchdog " + std::to_string(raw(timeout))); }
  Nanoseconds now() { return Nanoseconds{100}; }
  void wait(Nanoseconds delay) { done.push_back("wait " + std::to_string(raw(delay))); }
  void start_again() { done.emplace_back("start"); }
};

struct Host {
  static constexpr const char* kStoppedAccess = "stopped";
  int call() { return 1; }
  int interrupt(const Exit&) { return 2; }
  int fault(const Death& death) { return death.cause == CrashCause::exception && death.vector == 6 ? 3 : -1; }
  int die(const Death& death) {
    if (death.cause == CrashCause::memory) return std::string_view(death.reason) == kStoppedAccess ? 4 : -1;
    return death.cause == CrashCause::forbidden && std::string_view(death.reason) == "why" ? 5 : -1;
  }
};

constexpr Death kPageFault{.cause = CrashCause::exception, .vector = 14, .fault_address = 0x10};
constexpr Death kDivide{.cause = CrashCause::exception, .vector = 0};

}  // namespace

TEST_CASE("deaths: told, disarmed, waited for and started again, in this order, as often as the policy says") {
  Machine machine;
  CHECK(die(machine, kOverdue));
  CHECK(machine.done == std::vector<std::string>{"tell", "watchdog 0", "wait 7", "start"});
  CHECK(machine.last.cause == CrashCause::watchdog);
  CHECK(machine.last.restarts == 0);
  CHECK(std::string(machine.last.reason) == kOverdue.reason);
  CHECK(said == "[wick] restart 1\n");
  CHECK(die(machine, kOverdue));
  CHECK(machine.last.restarts == 1);
  machine.done.clear();
  CHECK_FALSE(die(machine, kOverdue));
  CHECK(machine.done == std::vector<std::string>{"tell", "watchdog 0"});  // nobody waits for a guest that stays dead
  CHECK(machine.last.magic == kCrashMagic);
}

TEST_CASE("faults: the guest looks at one once, and dies of the next by its first") {
  Machine machine;
  CHECK(fault(machine, kPageFault));
  CHECK(machine.done.empty());
  CHECK(machine.registers_.rip == 0x4000);
  CHECK(machine.registers_.rdi == raw(gpa_of(&machine.page)));
  CHECK(machine.page.registers.rip == 0x1234);
  machine.registers_.rip = 0x5555;  // within the upcall
  CHECK(fault(machine, kDivide));
  CHECK(machine.last.vector == 14);
  CHECK(machine.last.registers.rip == 0x1234);
  CHECK(machine.done.back() == "start");
  machine.done.clear();
  CHECK(fault(machine, kDivide));  // another life: it may look again
  CHECK(machine.done.empty());
}

TEST_CASE("faults: what else kills a guest within its upcall is told as itself; without an upcall it dies at once") {
  Machine machine;
  CHECK(fault(machine, kPageFault));
  machine.registers_.rip = 0x5555;
  CHECK(die(machine, {.cause = CrashCause::forbidden, .reason = "a port"}));
  CHECK(machine.last.cause == CrashCause::forbidden);
  CHECK(machine.last.registers.rip == 0x5555);
  machine.notes_.entry.fault = Gpa{};
  machine.done.clear();
  CHECK(fault(machine, kDivide));
  CHECK(machine.done.back() == "start");
}

TEST_CASE("exits: each kind leads to its own") {
  Host host;
  CHECK(handle(host, {ExitCause::call}) == 1);
  CHECK(handle(host, {ExitCause::interrupt, 32}) == 2);
  CHECK(handle(host, {ExitCause::exception, 6}) == 3);
  CHECK(handle(host, {ExitCause::memory, 0, 2, 0x1000}) == 4);
  CHECK(handle(host, {.cause = ExitCause::forbidden, .what = "why"}) == 5);
}
