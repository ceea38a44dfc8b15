// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// hv/guest: what every wall shares: the check of notes, restart policy, watchdog, dispatch of calls.
#include <doctest.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "guest/crash_record.h"
#include "guest/dispatch.h"
#include "guest/notes.h"
#include "guest/restart_policy.h"
#include "guest/watchdog.h"

using namespace wick;
using namespace wick::hv;

namespace {

class NoteBytes {
 public:
  template <typename Note>
  NoteBytes& add(NoteType type, const Note& note, const char* owner = "Wick") {
    word(5), word(sizeof note), word(static_cast<std::uint32_t>(type));
    const char name[8] = {owner[0], owner[1], owner[2], owner[3]};
    append(name, 8);
    append(&note, sizeof note);
    return *this;
  }
  void word(std::uint32_t value) { append(&value, 4); }
  void append(const void* from, std::size_t count) {
    const auto* start = static_cast<const std::uint8_t*>(from);
    bytes.insert(bytes.end(), start, start + count);
  }
  std::vector<std::uint8_t> bytes;
};

const AbiNote kAbi{kAbiMajor, kAbiMinor, 0, 0x1f};
const EntryNote kEntry{Gpa{0x1000}, Gpa{0x2000}, Gpa{0}};

constexpr Nanoseconds seconds(std::uint64_t count) { return Nanoseconds{count * 1'000'000'000}; }

/// Remembers what arrived of a call.
struct FakeMachine {
  Call last{};
  std::uint64_t first = 0, second = 0;
  Gpa start{0x10000};
  std::uint64_t length = 0x10000;
  Lives lives_{};
  Watchdog watchdog_;
  Notes notes_{};

  FakeMachine() { notes_.abi.calls = ~0ull; }

  bool may(Gpa address, std::uint64_t bytes, bool) const {
    return raw(address) >= raw(start) && bytes <= length && raw(address) - raw(start) <= length - bytes;
  }
  GuestMap map = [this] {
    GuestMap one;
    one.add({start, length, Rights::read_write, RegionKind::heap});
    return one;
  }();
  const GuestMap& regions() const { return map; }
  Lives& lives() { return lives_; }
  Watchdog& watchdog() { return watchdog_; }
  const Notes& notes() const { return notes_; }
  Nanoseconds now() { return Nanoseconds{1000}; }

  std::uint64_t took(Call call, std::uint64_t a = 0, std::uint64_t b = 0) {
    last = call, first = a, second = b;
    return 1000 + static_cast<std::uint64_t>(call);
  }
  void exit(std::uint32_t code) { took(Call::exit, code); }
  void print(std::string_view text) { took(Call::console, reinterpret_cast<std::uint64_t>(text.data()), text.size()); }
  std::uint64_t idle(Nanoseconds deadline, EventMask mask) { return took(Call::yield, raw(deadline), raw(mask)); }
  Status notify(std::uint32_t number) {
    took(Call::notify, number);
    return Status::ok;
  }
  CallResult wall_clock() { return {Status::ok, took(Call::wall_clock)}; }
  CallResult entropy() { return {Status::ok, took(Call::entropy)}; }
  Status set_writable(Gpa at, std::uint64_t bytes, bool) {
    took(Call::seal, raw(at), bytes);
    return Status::ok;
  }
  void watch() { took(Call::watchdog, raw(watchdog_.timeout())); }
  Status keep() {
    took(Call::checkpoint);
    return Status::ok;
  }
};

CallResult call(Call which, std::uint64_t first, std::uint64_t second, std::uint64_t allowed = ~0ull) {
  FakeMachine machine;
  machine.notes_.abi.calls = allowed;
  return dispatch(machine, {static_cast<std::uint64_t>(which), first, second});
}

}  // namespace

TEST_CASE("notes: those of an image are found among others") {
  NoteBytes notes;
  notes.add(NoteType{18}, kEntry, "Xen\0")
      .add(NoteType::abi, kAbi)
      .add(NoteType{77}, kAbi)
      .add(NoteType::entry, kEntry);
  notes.add(NoteType::restart, RestartNote{RestartPolicy::restart, 3, seconds(1), Nanoseconds{0}, 4096, 1, {}});
  Notes found;
  CHECK(read_notes(notes.bytes, found) == nullptr);
  CHECK(found.abi.calls == 0x1f);
  CHECK(found.entry.trap == Gpa{0x2000});
  CHECK(found.restart.most == 3);
}

TEST_CASE("notes: what an image must not lack or bend is told") {
  Notes found;
  CHECK(std::string_view(read_notes({}, found)) == "the image has no ABI note");
  NoteBytes no_entry, other_major, cut, policy, checkpoint;
  CHECK(std::string_view(read_notes(no_entry.add(NoteType::abi, kAbi).bytes, found)) == "the image has no entry note");
  other_major.add(NoteType::abi, AbiNote{kAbiMajor + 1, 0, 0, 0});
  CHECK(std::string_view(read_notes(other_major.bytes, found)).contains("another major version"));
  cut.add(NoteType::abi, kAbi);
  for (std::size_t length = 12; length < cut.bytes.size(); ++length)
    CHECK(read_notes(std::span(cut.bytes).first(length), found) != nullptr);
  policy.add(NoteType::restart, RestartNote{static_cast<RestartPolicy>(9), 0, {}, {}, 0, 0, {}});
  CHECK(std::string_view(read_notes(policy.bytes, found)).contains("policy"));
  checkpoint.add(NoteType::abi, kAbi)
      .add(NoteType::restart, RestartNote{RestartPolicy::restore, 0, {}, {}, 0, 0, CheckpointPolicy{2}});
  CHECK(std::string_view(read_notes(checkpoint.bytes, found)).contains("policy for checkpoints"));
}

TEST_CASE("restart: later each time, and not for ever") {
  const RestartNote note{RestartPolicy::restart, 3, seconds(10), Nanoseconds{100}, 0, 0, {}};
  RestartHistory history;
  for (const std::uint64_t delay : {100, 200, 400}) {
    const auto decision = history.decide(note, seconds(1));
    CHECK(decision.restart);
    CHECK(raw(decision.delay) == delay);
  }
  CHECK_FALSE(history.decide(note, seconds(2)).restart);
  CHECK(history.count() == 3);
  const auto later = history.decide(note, seconds(12));  // another window
  CHECK(later.restart);
  CHECK(raw(later.delay) == 100);
}

TEST_CASE("restart: halt means halt, and no delay overflows") {
  RestartHistory history;
  CHECK_FALSE(history.decide({}, seconds(1)).restart);
  const RestartNote note{RestartPolicy::restart, 100, seconds(1), Nanoseconds{1ull << 62}, 0, 0, {}};
  for (int i = 0; i < 40; ++i) {
    const auto decision = history.decide(note, seconds(1));
    CHECK(decision.restart);
    CHECK(raw(decision.delay) >= raw(seconds(1)));
  }
}

TEST_CASE("watchdog: between one and one and a half timeouts after the last call") {
  Watchdog watchdog;
  CHECK_FALSE(watchdog.expired(kNever));
  watchdog.arm(Nanoseconds{100}, Nanoseconds{1000});
  CHECK(watchdog.next() == Nanoseconds{1050});
  CHECK_FALSE(watchdog.expired(Nanoseconds{1049}));
  CHECK_FALSE(watchdog.expired(Nanoseconds{1050}));
  watchdog.called();
  CHECK_FALSE(watchdog.expired(Nanoseconds{1100}));
  CHECK_FALSE(watchdog.expired(Nanoseconds{1150}));
  CHECK(watchdog.expired(Nanoseconds{1200}));
  watchdog.arm(Nanoseconds{0}, Nanoseconds{1200});
  CHECK(watchdog.next() == kNever);
  CHECK_FALSE(watchdog.expired(Nanoseconds{5000}));
}

TEST_CASE("dispatch: each call arrives with its arguments") {
  FakeMachine machine;
  const auto call = [&](Call which, std::uint64_t first, std::uint64_t second) {
    const auto result = dispatch(machine, {static_cast<std::uint64_t>(which), first, second});
    CHECK(ok(result.status));
    CHECK(machine.last == which);
    return result.value;
  };
  for (const auto which : {Call::yield, Call::wall_clock, Call::entropy})
    CHECK(call(which, 5, 6) == 1000 + static_cast<std::uint64_t>(which));
  for (const auto which : {Call::exit, Call::notify, Call::checkpoint}) CHECK(call(which, 5, 6) == 0);
  call(Call::yield, 5, 6);
  CHECK((machine.first == 5 && machine.second == 6));
  call(Call::notify, 5, 6);
  CHECK(machine.first == 5);
  call(Call::watchdog, 6, 0);
  CHECK(machine.first == 6);
  CHECK(machine.watchdog_.next() == Nanoseconds{1003});
  call(Call::console, 0x1fff0, 16);
  CHECK((machine.first == 0x1fff0 && machine.second == 16));
  call(Call::seal, 0x12000, 0x1000);
  CHECK((machine.first == 0x12000 && machine.second == 0x1000));
  CHECK(*machine.lives_.seals.begin() == Seals::Range{0x12000, 0x13000, 0});
}

TEST_CASE("dispatch: a checkpoint that isn't to count is refused before anything is kept") {
  FakeMachine machine;
  machine.lives_.checkpointed = true;
  const CallArguments call{static_cast<std::uint64_t>(Call::checkpoint), 0, 0};
  CHECK(dispatch(machine, call).status == Status::denied);
  CHECK(machine.last != Call::checkpoint);
  machine.notes_.restart.checkpoint = CheckpointPolicy::last;
  CHECK(ok(dispatch(machine, call).status));
  CHECK(machine.last == Call::checkpoint);
}

TEST_CASE("dispatch: what isn't allowed or isn't a call is refused") {
  CHECK(call(Call::exit, 0, 0, ~1ull).status == Status::denied);
  CHECK(call(Call::vcpu_start, 0, 0).status == Status::unsupported);
  CHECK(call(Call::vcpu_kick, 0, 0).status == Status::unsupported);
  for (const std::uint64_t number : {11ull, 12ull, 64ull, 1ull << 32, 1ull << 63, ~0ull}) {
    FakeMachine machine;
    CHECK(dispatch(machine, {number, 0, 0}).status == Status::unsupported);
  }
}

TEST_CASE("dispatch: ranges that leave the guest's memory, wrap or miss a page are refused") {
  for (const auto& [start, count] :
       {std::pair{0x1fff0ull, 17ull}, {0xffffull, 1ull}, {~0ull, 2ull}, {0x10000ull, 4097ull}, {0x10000ull, ~0ull}})
    CHECK(call(Call::console, start, count).status == Status::bad_argument);
  for (const auto& [start, count] : {std::pair{0x10001ull, 4096ull},
                                     {0x10000ull, 4095ull},
                                     {0x10000ull, 0ull},
                                     {0x1f000ull, 8192ull},
                                     {0xfffffffffffff000ull, 8192ull},
                                     {0ull, 4096ull}})
    CHECK(call(Call::seal, start, count).status == Status::bad_argument);
  CHECK(ok(call(Call::seal, 0x1f000, 4096).status));
  FakeMachine old, machine;  // the third argument counts for guests that know of it
  machine.notes_.abi.minor = kSealEvery;
  const CallArguments guards{static_cast<std::uint64_t>(Call::seal), 0x12000, 0x4000, 0x5000};
  CHECK((ok(dispatch(old, guards).status) && !ok(dispatch(machine, guards).status)));
  CHECK(call(Call::notify, 1ull << 32, 0).status == Status::bad_argument);
}

TEST_CASE("crash record: frames are followed as far as they can be trusted") {
  CrashRecord record{};
  record.registers.rip = 0x1000;
  record.registers.rbp = 0x8000;
  const auto is_code = [](std::uint64_t address) { return address >= 0x1000 && address < 0x2000; };
  const auto follow = [&](auto&& read) {
    record.frame_count = 0;
    collect_frames(record, read, is_code);
    return record.frame_count;
  };
  CHECK(follow([](Gpa, std::uint64_t(&)[2]) { return false; }) == 1);
  CHECK(follow([](Gpa at, std::uint64_t(&words)[2]) {
          words[0] = raw(at) + 16, words[1] = 0x1500;
          return true;
        }) == kCrashFrames);
  CHECK(follow([](Gpa at, std::uint64_t(&words)[2]) {
          words[0] = raw(at), words[1] = 0x1500;  // a loop
          return true;
        }) == 2);
  CHECK(follow([](Gpa, std::uint64_t(&words)[2]) {
          words[0] = 0x9000, words[1] = 0x3000;  // no code
          return true;
        }) == 1);
  record.registers.rbp = 0x8001;
  CHECK(follow([](Gpa, std::uint64_t(&)[2]) { return true; }) == 1);
}

TEST_CASE("crash record: completed and printed without anything of hv's") {
  static std::string shown;
  const auto sink = [](std::string_view text) { shown += text; };
  std::uint8_t id[20] = {0xab};
  CrashRecord record{};
  std::memset(record.reason, 'x', sizeof record.reason);  // what a guest can leave there: no end, a length too large
  std::memset(record.log, 'y', sizeof record.log);
  record.log_length = ~0u;
  CrashRegisters registers{};
  registers.rip = 0x1234;
  describe(record, registers, {.cause = CrashCause::watchdog, .reason = "too long"}, seconds(3), id);
  collect_frames(record, [](Gpa, std::uint64_t(&)[2]) { return false; }, [](std::uint64_t) { return true; });
  print_record(record, sink);
  CHECK(record.log_length == sizeof record.log);
  CHECK(shown.find("\ncause=watchdog\nreason=too long\n") != shown.npos);
  CHECK(shown.find("\ntime=3000000000\n") != shown.npos);
  CHECK(shown.find("\nrip=0x1234\n") != shown.npos);
  CHECK(shown.find("\nframe=0x1234\nbuild-id=ab00") != shown.npos);
  CHECK(shown.ends_with("y\n[wick] end of crash\n"));

  shown.clear();
  const std::string_view log = "1\n2\n3\n4\n5\n6\n7\n\n\x1b[2J\n[wick] end of crash";
  std::memcpy(record.log, log.data(), log.size());
  record.log_length = static_cast<std::uint32_t>(log.size());
  print_record(record, sink);
  CHECK(shown.ends_with(
      "\nlog=3\nlog=4\nlog=5\nlog=6\nlog=7\nlog=\nlog=.[2J\nlog=[wick] end of crash\n[wick] end of crash\n"));
  record.log_length = 0;
  shown.clear();
  print_record(record, sink);
  CHECK(shown.find("log=") == shown.npos);
}
