// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A guest that waits: devices that are served meanwhile, and time slices, of which there are none.

#include <doctest.h>

#include <string>

#include "guest/idle.h"
#include "guest/notes.h"
#include "guest/slices.h"

using namespace wick;
using namespace wick::hv;

namespace {

/// Devices with some work, and hardware that tells something after some sleeps.
struct Sleeper {
  EventPage page{};
  Slices slices_;
  Nanoseconds slept_until{};
  unsigned watched = 0;
  unsigned work = 0, sleeps_left = ~0u, time = 0, woken = 0;
  bool stopped = false;
  std::string done{};

  explicit Sleeper(std::uint64_t pending = 0) { page.pending = pending; }
  const EventPage& event_page() { return page; }
  Slices& slices() { return slices_; }
  void watch() { ++watched; }
  bool timer_fired() { return true; }
  Nanoseconds now() { return Nanoseconds{time}; }
  bool interrupted() { return stopped; }
  void accept() { done += 'a'; }
  bool serve() {
    done += 's';
    return work && work--;
  }
  void sleep(Nanoseconds deadline) {
    slept_until = deadline;
    done += 'z';
    time += 10;
    if (sleeps_left-- == 1) page.pending = 0x100;
  }
  void woke() { ++woken; }
};

/// A guest that runs, and whose slices end at once.
constexpr Gpa kFunction{0x5000};
struct Computing {
  EventPage page{};
  Slices slices_;
  Notes notes_{};
  Gpa at{0x1234};

  explicit Computing(Nanoseconds slice) : slices_(slice) { notes_.slice.function = kFunction; }
  EventPage& event_page() { return page; }
  Slices& slices() { return slices_; }
  const Notes& notes() const { return notes_; }
  Nanoseconds now() const { return {}; }
  void watch() {}
  Computing& registers() { return *this; }
  std::uint64_t program_counter() const { return raw(at); }
  void go_on_at(Gpa function) { at = function; }
};

}  // namespace

TEST_CASE("idle: devices are served once at least, and nobody sleeps while there is work or news") {
  Sleeper news(0x100);
  CHECK(idle(news, kNever, EventMask{0x300}) == 0x100);
  CHECK(news.done == "as");
  Sleeper late;
  late.time = 50;
  CHECK(idle(late, Nanoseconds{50}, EventMask{~0ull}) == 0);
  CHECK(late.done == "as");
  CHECK(late.woken == 0);  // it didn't wait
  Sleeper busy;
  busy.work = busy.sleeps_left = 2;
  CHECK(idle(busy, kNever, EventMask{0x100}) == 0x100);
  CHECK(busy.done == "asasaszszs");
  CHECK(busy.woken == 1);
}

TEST_CASE("idle: a slice that ends meanwhile isn't followed by another until the guest runs") {
  Sleeper sleeper;
  sleeper.slices_ = Slices(Nanoseconds{15});
  sleeper.slices_.start(Nanoseconds{0});
  sleeper.sleeps_left = 1;
  CHECK(idle(sleeper, Nanoseconds{500}, EventMask{0x100}) == 0x100);
  CHECK((raw(sleeper.slept_until) == 15 && sleeper.watched == 0));  // its timer runs on
  sleeper.page.pending = 0;
  sleeper.sleeps_left = 3;
  CHECK(idle(sleeper, Nanoseconds{500}, EventMask{0x100}) == 0x100);
  CHECK(raw(sleeper.slept_until) == 500);
  CHECK((sleeper.watched == 1 && raw(sleeper.slices_.next()) == sleeper.time + 15));
  sleeper.page.pending = 0;
  CHECK(idle(sleeper, Nanoseconds{sleeper.time + 5u}, EventMask{0x100}) == 0);
  CHECK(sleeper.watched == 2);  // the timer was for the deadline
}

TEST_CASE("slices: what comes for a guest that computes ends its slice, which is a millisecond long all the same") {
  constexpr auto kMs = [](std::uint64_t count) { return Nanoseconds{count * 1'000'000}; };
  Slices slices(kMs(10));
  slices.start(kMs(100));
  CHECK((!slices.hurry() && slices.next() == kMs(110)));  // a guest that waits now and then hears by itself
  slices.computes(true);
  CHECK((slices.can_hurry() && slices.hurry() && slices.next() == kMs(101)));
  CHECK((!slices.can_hurry() && !slices.hurry() && slices.next() == kMs(101)));  // there may be any number of them
  CHECK((!slices.over(kMs(101) - Nanoseconds{1}) && slices.over(kMs(101))));
  slices.start(kMs(101));
  CHECK((slices.next() == kMs(111) && slices.hurry() && slices.next() == kMs(102)));
  slices.stop();
  CHECK((!slices.hurry() && slices.next() == kNever));
  slices = Slices(kMinSlice);
  slices.start(kMs(1));
  slices.computes(true);
  CHECK(!slices.hurry());
}

TEST_CASE("slices: a guest computes from a slice's end until it sleeps") {
  Sleeper sleeper(0x100);
  sleeper.slices_ = Slices(Nanoseconds{15});
  sleeper.slices_.computes(true);
  CHECK(idle(sleeper, Nanoseconds{500}, EventMask{0x100}) == 0x100);
  CHECK(sleeper.slices_.computing());  // there was something
  sleeper.page.pending = 0;
  sleeper.sleeps_left = 1;
  CHECK(idle(sleeper, Nanoseconds{500}, EventMask{0x100}) == 0x100);
  CHECK(!sleeper.slices_.computing());
}

TEST_CASE("slices: a guest that hasn't taken what was interrupted before gets a whole slice to do that") {
  constexpr auto kMs = [](std::uint64_t count) { return Nanoseconds{count * 1'000'000}; };
  Computing guest(kMs(10));
  end_slice(guest, false);
  CHECK((guest.at == kFunction && guest.page.interrupted == 0x1234));
  CHECK((guest.slices_.hurry() && guest.slices_.next() == kMs(1)));
  end_slice(guest, false);
  CHECK((guest.at == kFunction && guest.page.interrupted == 0x1234));
  CHECK((!guest.slices_.hurry() && guest.slices_.next() == kMs(10)));
  guest.page.interrupted = 0;  // taken
  end_slice(guest, false);
  CHECK(guest.slices_.hurry());
}

TEST_CASE("idle: a deadline ends it, or somebody else; what isn't waited for doesn't") {
  Sleeper deaf(0x200);
  CHECK(idle(deaf, Nanoseconds{25}, EventMask{0x100}) == 0);
  CHECK(deaf.done == "aszszszs");
  Sleeper stopped;
  stopped.stopped = true;
  CHECK(idle(stopped, kNever, EventMask{1}) == 0);
  CHECK(stopped.done == "aszs");
}
