// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See config_text.h.

#include "boot/config_text.h"

namespace wick::config {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; }

/// One setting within [start, end).
bool split(const char* start, const char* end, Form form, Setting& setting) {
  if (start == end || *start == '#') return false;
  const char* equals = start;
  while (equals != end && *equals != '=') equals++;
  if (equals == end || equals == start) return false;
  const char* value = equals + 1;
  if (form == Form::words && end - value >= 2 && *value == '"' && end[-1] == '"') {
    value++;
    end--;
  }
  setting = {{start, static_cast<std::size_t>(equals - start)}, {value, static_cast<std::size_t>(end - value)}};
  return true;
}

}  // namespace

bool Reader::next(Setting& setting) {
  while (at_ != end_) {
    while (at_ != end_ && is_space(*at_)) at_++;
    const char* start = at_;
    if (form_ == Form::lines) {
      while (at_ != end_ && *at_ != '\n' && *at_ != '\0') at_++;
    } else {
      for (bool quoted = false; at_ != end_ && (quoted || !is_space(*at_)); at_++) quoted ^= *at_ == '"';
    }
    const char* end = at_;
    if (form_ == Form::lines && end != start && end[-1] == '\r') end--;
    if (split(start, end, form_, setting)) return true;
  }
  return false;
}

bool known_key(std::string_view key) {
  constexpr std::string_view kExact[] = {"arg",         "name",         "log.level",      "log.syslog",  "thread.stack",
                                         "device.ring", "net.ipv4",     "net.gateway4",   "net.ipv6",    "net.gateway6",
                                         "net.dns",     "net.hostname", "net.mtu",        "console.tty", "run.linger",
                                         "trace.locks", "slot.started", "slot.good_after"};
  for (std::string_view known : kExact) {
    if (key == known) return true;
  }
  return starts_with(key, "env.") || starts_with(key, "volume.");
}

}  // namespace wick::config
