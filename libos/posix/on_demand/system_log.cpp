// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// syslog(): to the appliance's log, which the console shows and the crash record keeps, and to the server that the
// configuration names.

#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "boot/config.h"
#include "net/log_server.h"
#include "posix/on_demand/system_log_message.h"
#include "time/clock.h"
#include "trace/log.h"

using namespace wick;

namespace {

constexpr char kKey[] = "log.syslog";

constinit const char* name = nullptr;
constinit int mask = LOG_UPTO(LOG_DEBUG), options = 0, facility = LOG_USER;
constinit bool complained = false;

log::Level level(int priority) {
  switch (LOG_PRI(priority)) {
    case LOG_WARNING:
      return log::Level::warning;
    case LOG_NOTICE:
    case LOG_INFO:
      return log::Level::info;
    case LOG_DEBUG:
      return log::Level::debug;
    default:
      return log::Level::error;
  }
}

void put_in_log(int priority, std::string_view text) {
  char line[256];
  int used = name ? std::snprintf(line, sizeof line, "%s: ", name) : 0;
  used = std::clamp(used, 0, static_cast<int>(sizeof line) - 1);
  if (text.ends_with('\n')) text.remove_suffix(1);
  const std::size_t more = text.copy(line + used, sizeof line - static_cast<std::size_t>(used));
  log::put(level(priority), line, static_cast<std::size_t>(used) + more);
}

void send(std::string_view server, int priority, std::string_view text) {
  const auto date = time::wall();
  char host[256];
  if (gethostname(host, sizeof host) != 0) host[0] = '\0';
  system_log::Message message{.priority = system_log::with_facility(priority, facility),
                              .host = host,
                              .application = name ? std::string_view(name) : config::get("name"),
                              .text = text};
  if (date) message.date = raw(*date);
  if (options & LOG_PID) message.process = static_cast<unsigned>(getpid());
  char datagram[system_log::kMaxMessage];
  const std::size_t length = system_log::write(message, datagram);
  const bool sent = net::send_to_log_server && net::send_to_log_server(server, {datagram, length});
  if (sent || complained) return;
  complained = true;
  log::write(log::Level::error,
             net::send_to_log_server ? "%s=%.*s is not an address with or without a port"
                                     : "%s=%.*s needs a network, which the image lacks",
             kKey, static_cast<int>(server.size()), server.data());
}

}  // namespace

extern "C" {

void openlog(const char* to, int wanted, int usual) {
  name = to;
  options = wanted;
  facility = usual;
}
void closelog(void) { name = nullptr; }

int setlogmask(int wanted) {
  const int before = mask;
  if (wanted != 0) mask = wanted;
  return before;
}

/// "%m" is musl's printf's own: errno is what it was when the program called, and stays so.
void vsyslog(int priority, const char* format, va_list arguments) {
  if (!(mask & LOG_MASK(LOG_PRI(priority)))) return;
  const int reason = errno;
  char text[system_log::kMaxMessage];
  const int wanted = std::vsnprintf(text, sizeof text, format, arguments);
  const std::string_view made(text, std::min(static_cast<std::size_t>(std::max(wanted, 0)), sizeof text - 1));
  put_in_log(priority, made);
  if (const std::string_view server = config::get(kKey); !server.empty()) send(server, priority, made);
  errno = reason;
}

void syslog(int priority, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  vsyslog(priority, format, arguments);
  va_end(arguments);
}

}  // extern "C"
