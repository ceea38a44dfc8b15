// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/devices/terminal.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "abi/console.h"
#include "monitor/base/phases.h"

namespace wick::monitor {
namespace {

constinit console_line::Guard guard;

void write_all(std::string_view text) {
  const char* at = text.data();
  std::size_t count = text.size();
  while (count) {
    const auto written = ::write(STDOUT_FILENO, at, count);
    if (written > 0) {
      at += written;
      count -= static_cast<std::size_t>(written);
    } else if (errno == EAGAIN) {  // somebody else has made it non-blocking
      pollfd output{STDOUT_FILENO, POLLOUT, 0};
      ppoll(&output, 1, nullptr, nullptr);
    } else if (errno != EINTR) {
      return;
    }
  }
}

}  // namespace

void write_guests(std::string_view text) {
  static bool first = true;
  guard.pass(text, write_all);
  if (std::exchange(first, false)) phase_ends("first output");
}

void write_own(std::string_view text) {
  guard.end_line(write_all);
  write_all(text);
}

void finish_output() { guard.finish(write_all); }

std::size_t Terminal::write(std::span<const std::uint8_t> bytes) {
  write_guests({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return bytes.size();
}

std::size_t Terminal::read(std::span<std::uint8_t> to) {
  waits_ = !readable_;
  if (waits_) return 0;
  readable_ = false;
  const auto got = ::read(STDIN_FILENO, to.data(), to.size());
  if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) open_ = false;
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

}  // namespace wick::monitor
