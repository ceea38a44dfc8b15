// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "wall/hosted/terminal.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace wick::hosted {

void write_output(const void* bytes, std::size_t count) {
  auto* at = static_cast<const std::uint8_t*>(bytes);
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

std::size_t Terminal::write(std::span<const std::uint8_t> bytes) {
  write_output(bytes.data(), bytes.size());
  return bytes.size();
}

std::size_t Terminal::read(std::span<std::uint8_t> to) {
  if (!readable_) return 0;
  readable_ = false;
  const auto got = ::read(STDIN_FILENO, to.data(), to.size());
  if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) open_ = false;
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

}  // namespace wick::hosted
