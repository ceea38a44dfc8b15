// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A message of syslog() as RFC 5424 writes it, one datagram each (RFC 5426). Touches nothing but its arguments, so that
// its tests run anywhere.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace wick::system_log {

/// Every receiver takes 480 bytes and should take these (RFC 5424 §6.1).
inline constexpr std::size_t kMaxMessage = 2048;

struct Message {
  int priority = 0;                        ///< facility and severity, as <syslog.h> adds them up
  std::optional<std::uint64_t> date{};     ///< nanoseconds since 1970-01-01 UTC
  std::string_view host{}, application{};  ///< cut, and made of printable ASCII without blanks
  std::optional<unsigned> process{};
  std::string_view text{};  ///< control characters become "#ooo", octal: a message is one line
};

/// The priority of a message: its own facility, else the program's; what can't be a facility doesn't count.
int with_facility(int priority, int facility);

/// @return its length: what has no room is left out at the end, by whole characters
std::size_t write(const Message& message, std::span<char, kMaxMessage> to);

}  // namespace wick::system_log
