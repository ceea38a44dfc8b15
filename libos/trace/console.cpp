// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See console.h.

#include "trace/console.h"

#include "abi/call.h"
#include "time/clock.h"

namespace wick::console {

namespace {

constexpr std::size_t kCallBytes = 4096;  // of one console call
constinit drivers::Console* device = nullptr;
constinit bool within_line = false;

void write_device(const char* text, std::size_t bytes) {
  while (bytes > 0) {
    const std::size_t taken = device->write({reinterpret_cast<const std::uint8_t*>(text), bytes});
    text += taken;
    bytes -= taken;
    // Full: wait for the device only. Its event bit may be taken by nobody else meanwhile, so a short deadline bounds
    // it.
    if (bytes > 0 && taken == 0) (void)wick_call_yield(time::deadline(time::milliseconds(1)), device->events());
  }
}

}  // namespace

void use(drivers::Console* console) { device = console; }

void write(const char* text, std::size_t bytes) {
  if (bytes > 0) within_line = text[bytes - 1] != '\n';
  if (device) return write_device(text, bytes);
  while (bytes > 0) {
    const std::size_t piece = bytes < kCallBytes ? bytes : kCallBytes;
    if (!ok(wick_call_console(Gpa{reinterpret_cast<std::uint64_t>(text)}, piece))) return;
    text += piece;
    bytes -= piece;
  }
}

void end_line() {
  if (within_line) write("\n", 1);
}

std::size_t read(char* to, std::size_t bytes) {
  return device ? device->read({reinterpret_cast<std::uint8_t*>(to), bytes}) : 0;
}

EventMask events() { return device ? device->events() : EventMask{0}; }

}  // namespace wick::console
