// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// How a guest stops (guest/death.h), on a machine that only writes down what is asked of it.
#include <doctest.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "guest/death.h"
#include "guest/idle.h"

using namespace wick;
using namespace wick::hv;

namespace {

std::string said;
void say(std::string_view text) { said += text; }

struct Machine {
  static constexpr Sink kSay = say;
  Lives lives_;
  Watchdog watchdog_;
  Slices slices_;
  bool slice_ends = false;
  Notes notes_;
  GuestMap map;
  EventPage events{};
  Kept kept_;
  bool checkpointed = false;
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

  BuildId build_id() { return id; }
  bool may(Gpa, std::uint64_t, bool) { return false; }
  bool is_code(std::uint64_t) { return true; }
  Lives& lives() { return lives_; }
  Watchdog& watchdog() { return watchdog_; }
  Slices& slices() { return slices_; }
  bool slice_over() { return std::exchange(slice_ends, false); }
  const Notes& notes() { return notes_; }
  const GuestMap& regions() { return map; }
  const Kept* kept() { return checkpointed ? &kept_ : nullptr; }
  CrashRegisters& registers() { return registers_; }
  EventPage& event_page() { return events; }
  CrashRecord& crash_page() { return page; }
  CrashRecord& last_crash() { return last; }
  const void* boot_info() { return this; }
  Status set_writable(Gpa, std::uint64_t, bool) { return Status::ok; }

  void tell(const CrashRecord& record) {
    CHECK(record.magic == kCrashMagic);  // it is complete before anybody hears of it
    done.emplace_back("tell");
  }
  void watch() { done.push_back(watchdog_.next() == kNever ? "disarm" : "arm"); }
  Nanoseconds now() { return Nanoseconds{100}; }
  std::uint64_t idle(Nanoseconds deadline, EventMask) {
    done.push_back("wait until " + std::to_string(raw(deadline)));
    return 0;
  }
  void go_back(bool to_checkpoint) {
    done.emplace_back(to_checkpoint ? "memory of the checkpoint" : "pristine memory");
  }
  void renew_shared_pages() {
    done.emplace_back("shared pages");
    page = {};
    events = {};
  }
  void set_state(const ProcessorState& state) { done.push_back("state " + std::to_string(state.fs_base)); }
  void end(std::uint32_t code) { done.push_back("end " + std::to_string(code)); }
  bool interrupt(const Exit& exit) { return exit.vector == 32; }

  std::uint8_t id[sizeof CrashRecord::build_id] = {1};
  static constexpr const char* kStoppedAccess = "stopped";
};

const std::vector<std::string> kPristine{"pristine memory", "shared pages", "state 0"};

constexpr Death kPageFault{.cause = CrashCause::exception, .vector = 14, .fault_address = 0x10};
constexpr Death kDivide{.cause = CrashCause::exception, .vector = 0};

}  // namespace

TEST_CASE("deaths: told, disarmed, waited for and started again, in this order, as often as the policy says") {
  Machine machine;
  arm_watchdog(machine, Nanoseconds{50});
  machine.done.clear();
  die(machine, kOverdue);
  CHECK(machine.done ==
        std::vector<std::string>{"tell", "disarm", "wait until 107", "pristine memory", "shared pages", "state 0"});
  CHECK(machine.last.cause == CrashCause::watchdog);
  CHECK(machine.last.restarts == 0);
  CHECK(std::string(machine.last.reason) == kOverdue.reason);
  CHECK(said == "[wick] restart 1\n");
  die(machine, kOverdue);
  CHECK(machine.last.restarts == 1);
  machine.done.clear();
  die(machine, kOverdue);
  CHECK(machine.done == std::vector<std::string>{"tell", "end 139"});  // nobody waits for a guest that stays dead
  CHECK(machine.last.magic == kCrashMagic);
}

TEST_CASE("lives: a first one finds its first registers and no watchdog, no seal, no earlier registers") {
  Machine machine;
  machine.notes_.layout.stack_end = Gpa{0x8000};
  machine.notes_.entry.start = Gpa{0x3000};
  machine.map.add({Gpa{0x10000}, 0x10000, Rights::read_write, RegionKind::heap});
  CHECK(ok(machine.lives_.seals.add(machine.map, Gpa{0x10000}, 0x1000, 0, rights_of(machine))));
  arm_watchdog(machine, Nanoseconds{50});
  machine.registers_.rbx = 9;
  begin_life(machine);
  CHECK(machine.lives_.seals.begin() == machine.lives_.seals.end());
  CHECK(machine.watchdog_.next() == kNever);
  CHECK(machine.registers_.rip == 0x3000);
  CHECK(machine.registers_.rsp == 0x8000 - 8);
  CHECK(machine.registers_.rdi == raw(gpa_of(&machine)));
  CHECK(machine.registers_.rbx == 0);
  CHECK(machine.events.pending == 0);
}

TEST_CASE("lives: one from a checkpoint finds what it kept, and returns from the call with a count") {
  Machine machine;
  machine.map.add({Gpa{0x10000}, 0x10000, Rights::read_write, RegionKind::heap});
  CHECK(ok(machine.lives_.seals.add(machine.map, Gpa{0x10000}, 0x1000, 0, rights_of(machine))));
  arm_watchdog(machine, Nanoseconds{50});
  machine.registers_.rbx = 9;
  machine.kept_ = keep(machine.lives_, machine.registers_, {.fs_base = 77}, machine.watchdog_);
  machine.checkpointed = true;
  arm_watchdog(machine, Nanoseconds{0});
  CHECK(ok(machine.lives_.seals.add(machine.map, Gpa{0x12000}, 0x1000, 0, rights_of(machine))));
  machine.done.clear();
  begin_life(machine);  // of a snapshot: nobody has died
  CHECK(machine.done == std::vector<std::string>{"memory of the checkpoint", "shared pages", "arm", "state 77"});
  CHECK(machine.lives_.seals.end() - machine.lives_.seals.begin() == 1);
  CHECK(machine.watchdog_.timeout() == Nanoseconds{50});
  CHECK(machine.events.pending == kToldAgain);
  CHECK(machine.registers_.rbx == 9);
  CHECK(machine.registers_.rax == 0);
  CHECK(machine.registers_.rdx == 1);
  for (unsigned i = 0; i < 2; ++i) die(machine, kOverdue);
  CHECK(machine.registers_.rdx == 2);
}

TEST_CASE("faults: the guest looks at one once, and dies of the next by its first") {
  Machine machine;
  fault(machine, kPageFault);
  CHECK(machine.done.empty());
  CHECK(machine.registers_.rip == 0x4000);
  CHECK(machine.registers_.rdi == raw(gpa_of(&machine.page)));
  CHECK(machine.page.registers.rip == 0x1234);
  machine.registers_.rip = 0x5555;  // within the upcall
  fault(machine, kDivide);
  CHECK(machine.last.vector == 14);
  CHECK(machine.last.registers.rip == 0x1234);
  CHECK(machine.done.back() == kPristine.back());
  machine.done.clear();
  fault(machine, kDivide);  // another life: it may look again
  CHECK(machine.done.empty());
}

TEST_CASE("faults: the reason that a guest has found for its fault is told with it, and an older one isn't") {
  Machine machine;
  std::strcpy(machine.page.reason, "of long ago");
  fault(machine, kPageFault);
  CHECK(machine.page.reason[0] == 0);
  std::strcpy(machine.page.reason, "stack overflow in thread x");
  fault(machine, kDivide);
  CHECK(machine.last.cause == CrashCause::exception);
  CHECK(machine.last.vector == 14);
  CHECK(std::string(machine.last.reason) == "stack overflow in thread x");
  machine.page = {};
  std::strcpy(machine.page.reason, "nobody has looked");
  machine.notes_.entry.fault = Gpa{};
  fault(machine, kPageFault);
  CHECK(machine.last.reason[0] == 0);
}

TEST_CASE("faults: a guest that goes on after one, and says so, may look at the next") {
  Machine machine;
  for (unsigned i = 0; i < 3; ++i) {
    machine.registers_.rip = 0x1234 + i;
    fault(machine, kPageFault);
    CHECK(machine.done.empty());
    CHECK(machine.registers_.rip == 0x4000);
    CHECK(machine.page.registers.rip == 0x1234 + i);
    machine.page.magic = 0;
  }
  fault(machine, kPageFault);
  machine.registers_.rip = 0x5555;
  fault(machine, kDivide);                      // it hasn't gone on
  CHECK(machine.last.registers.rip == 0x4000);  // where the third left it
  CHECK(machine.done.back() == kPristine.back());
}

TEST_CASE("faults: what else kills a guest within its upcall is told as itself; without an upcall it dies at once") {
  Machine machine;
  fault(machine, kPageFault);
  machine.registers_.rip = 0x5555;
  die(machine, {.cause = CrashCause::forbidden, .reason = "a port"});
  CHECK(machine.last.cause == CrashCause::forbidden);
  CHECK(machine.last.registers.rip == 0x5555);
  machine.notes_.entry.fault = Gpa{};
  machine.done.clear();
  fault(machine, kDivide);
  CHECK(machine.done.back() == kPristine.back());
}

/// Of a machine that answers no call but this one.
struct Answering : Machine {
  void print(std::string_view) {}
  Status notify(std::uint32_t) { return Status::io_error; }
  CallResult wall_clock() { return {Status::ok, 77}; }
  CallResult entropy() { return {}; }
  Status keep() { return Status::ok; }
  void exit(std::uint32_t) {}
};

TEST_CASE("exits: each kind leads to its own") {
  Answering machine;
  machine.notes_.restart.policy = RestartPolicy::halt;
  machine.notes_.entry.fault = {};
  machine.notes_.abi.calls = ~0ull;
  machine.registers_.rax = static_cast<std::uint64_t>(Call::wall_clock);
  handle(machine, {ExitCause::call});
  CHECK(machine.registers_.rax == static_cast<std::uint64_t>(Status::ok));
  CHECK(machine.registers_.rdx == 77);
  handle(machine, {ExitCause::interrupt, 33});
  CHECK(machine.done.empty());
  handle(machine, {ExitCause::interrupt, 32});
  CHECK(machine.last.cause == CrashCause::watchdog);
  handle(machine, {ExitCause::exception, 6});
  CHECK((machine.last.cause == CrashCause::exception && machine.last.vector == 6));
  handle(machine, {ExitCause::memory, 0, 2, 0x1000});
  CHECK((machine.last.cause == CrashCause::memory && machine.last.fault_address == 0x1000));
  CHECK(std::string(machine.last.reason) == Machine::kStoppedAccess);
  handle(machine, {.cause = ExitCause::forbidden, .what = "why"});
  CHECK((machine.last.cause == CrashCause::forbidden && std::string(machine.last.reason) == "why"));
  CHECK(machine.done.back() == "end 139");
}

TEST_CASE("slices: one that ends makes the guest go on in its function, once") {
  Answering machine;
  machine.notes_.slice = {Gpa{0x7000}, Nanoseconds{10}};
  begin_life(machine);
  CHECK(raw(machine.slices_.next()) == 110);
  CHECK(machine.events.interrupted);
  machine.registers_.rip = 0x1234;
  const auto rsp = machine.registers_.rsp;
  const auto end = [&] {
    machine.slice_ends = true;
    handle(machine, {ExitCause::interrupt, 33});
  };
  end();  // a guest that hasn't said that it is ready
  CHECK(machine.registers_.rip == 0x1234);
  machine.events.interrupted = 0;
  handle(machine, {ExitCause::interrupt, 33});
  CHECK(machine.registers_.rip == 0x1234);
  end();
  CHECK(machine.registers_.rip == 0x7000);
  CHECK(machine.registers_.rsp == rsp);
  CHECK((machine.events.interrupted == 0x1234 && machine.slices_.computing()));
  machine.registers_.rip = 0x7004;
  end();  // which hasn't been taken yet
  CHECK((machine.registers_.rip == 0x7004 && machine.events.interrupted == 0x1234));
  machine.events.interrupted = 0;
  machine.lives_.first_fault.called = true;
  machine.page.magic = kCrashMagic;
  end();  // whoever looks at a fault isn't disturbed
  CHECK((machine.registers_.rip == 0x7004 && !machine.events.interrupted));
  machine.page.magic = 0;
  end();  // until it goes on
  CHECK((machine.registers_.rip == 0x7000 && machine.events.interrupted == 0x7004));
  machine.notes_.slice.function = {};
  machine.lives_.first_fault.called = false;
  begin_life(machine);
  CHECK((!machine.slices_.on() && machine.slices_.next() == kNever));
}
