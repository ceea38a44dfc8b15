// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See console.h.

#include "trace/console.h"

#include "abi/call.h"
#include "abi/console.h"
#include "sched/lock.h"
#include "time/clock.h"

namespace wick::console {

namespace {

constexpr Nanoseconds kTimeout = time::seconds(2);
constinit drivers::Console* device = nullptr;  // for what is written
constinit drivers::Console* (*find_input)() = [] { return device; };
/// Whoever reads the console must not take a line of the application's for hv's, which without a wall nobody else sees
/// to.
constinit console_line::Guard guard;

/// Its event bit may be taken by the scheduler or be set all the time: a short deadline bounds the wait.
void wait_for_device() { (void)wick_call_yield(time::deadline(time::microseconds(100)), device->events()); }

/// A device that takes nothing for too long loses the rest of the text: a mute console must not stop the appliance.
void write_device(const char* text, std::size_t bytes) {
  Nanoseconds deadline = kNever;
  while (bytes > 0) {
    const std::size_t taken = device->write({reinterpret_cast<const std::uint8_t*>(text), bytes});
    text += taken;
    bytes -= taken;
    if (bytes == 0) return;
    if (taken > 0 || deadline == kNever) deadline = time::deadline(kTimeout);
    if (raw(time::now()) >= raw(deadline)) return;
    wait_for_device();
  }
}

void write_through(std::string_view text) {
  if (device) return write_device(text.data(), text.size());
  while (!text.empty()) {
    const std::size_t piece = text.size() < kMaxConsoleBytes ? text.size() : kMaxConsoleBytes;
    if (!ok(wick_call_console(Gpa{reinterpret_cast<std::uint64_t>(text.data())}, piece))) return;
    text.remove_prefix(piece);
  }
}

}  // namespace

void use(drivers::Console* console) { device = console; }

void read_from(drivers::Console* (*find)()) { find_input = find; }

void write(const char* text, std::size_t bytes) {
  const sched::Guard whole(sched::State::log);
  guard.pass({text, bytes}, write_through);
}

void finish(bool line_follows) {
  if (line_follows)
    guard.end_line(write_through);
  else
    guard.finish(write_through);
  if (!device) return;
  const Nanoseconds deadline = time::deadline(kTimeout);
  while (!device->drained() && raw(time::now()) < raw(deadline)) wait_for_device();
}

std::size_t read(char* to, std::size_t bytes) {
  auto* const input = find_input();
  return input ? input->read({reinterpret_cast<std::uint8_t*>(to), bytes}) : 0;
}

bool ended() {
  auto* const input = find_input();
  return !input || input->ended();
}

EventMask events() {
  auto* const input = find_input();
  return input ? input->events() : EventMask{0};
}

}  // namespace wick::console
