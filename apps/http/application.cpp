// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "application.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wick/checkpoint.h>
#include <wick/rom.h>

#include <charconv>

#include "access_log.h"
#include "answer.h"
#include "metrics.h"

namespace http {
namespace {

/// Of --metrics-port: what it tells is not for those whom the appliance serves.
Server watched;
Clients watchers(watched);
constexpr unsigned kMaxWatchers = 16;
const Server* serving = nullptr;

/// The Date field, made anew once a second.
std::string_view date_line() {
  static char room[64];
  static std::size_t length = 0;
  static std::uint64_t made_at = ~0ull;
  std::uint64_t now = wick::net::turn_seconds();
  if (now != made_at) {
    made_at = now;
    timespec date{};
    Text text(room);
    if (clock_gettime(CLOCK_REALTIME, &date) == 0) write_date(text, static_cast<std::uint64_t>(date.tv_sec));
    length = text.size();
  }
  return {room, length};
}

bool load_files(Server& server, const char* root) {
  std::size_t count = wick::rom::count();
  auto* entries = static_cast<Entry*>(calloc(count + 1, sizeof(Entry)));
  if (!entries) return false;
  for (std::size_t at = 0; at < count; ++at) {
    wick::rom::File file = wick::rom::file(at);
    entries[at] = {file.path, file.content, file.checksum, file.folder};
  }
  bool good = server.files.fill({entries, count}, root);
  free(entries);
  return good;
}

bool listen(wick::net::Listener& listener, const Options& options, unsigned port, Clients& to) {
  if (listener.open(static_cast<std::uint16_t>(port), Clients::accept, &to)) return true;
  say(stderr, options.program, ": port ", port, " is not to be had");
  return false;
}

}  // namespace

unsigned number_argument(const Options& options, const char* text, unsigned least, unsigned most) {
  unsigned value = 0;
  const char* last = text ? text + strlen(text) : nullptr;
  const auto [end, error] = std::from_chars(text, last, value);
  if (!text || error != std::errc{} || end != last || value < least || value > most) {
    say(stderr, options.program, ": a number from ", least, " to ", most, " is wanted, not ", text ? text : "nothing");
    exit(2);
  }
  return value;
}

int take_option(Options& options, Server& server, const char* name, const char* value) {
  const auto connections = static_cast<unsigned>(wick::net::statistics().connection_limit);
  if (strcmp(name, "--access-log") == 0) {
    server.log_requests = true;
    return 1;
  }
  if (strcmp(name, "--port") == 0) {
    options.port = number_argument(options, value, 1, 65535);
  } else if (strcmp(name, "--max-connections") == 0) {
    server.max_connections = number_argument(options, value, 1, connections);
  } else if (strcmp(name, "--idle-seconds") == 0) {
    server.idle_seconds = number_argument(options, value, 1, 3600);
  } else if (strcmp(name, "--head-seconds") == 0) {
    server.head_seconds = number_argument(options, value, 1, 3600);
  } else if (strcmp(name, "--body-seconds") == 0) {
    server.body_seconds = number_argument(options, value, 1, 3600);
  } else if (strcmp(name, "--metrics-port") == 0) {
    options.metrics_port = number_argument(options, value, 1, 65535);
  } else if (strcmp(name, "--root") == 0 && value) {
    options.root = value;
  } else {
    return 0;
  }
  return 2;
}

bool start(const Options& options, Server& server, Clients& clients) {
  serving = &server;
  server.date = watched.date = date_line;
  server.log = log_request;
  watched.max_connections = kMaxWatchers;
  watched.metrics = [](const Server&) { return write_metrics(*serving); };
  if (options.metrics_port == options.port) server.metrics = watched.metrics;
  if (!load_files(server, options.root)) {
    say(stderr, options.program, ": no memory for the list of files");
    return false;
  }
  static wick::net::Listener listener, watcher;
  if (!listen(listener, options, options.port, clients)) return false;
  if (options.metrics_port != 0 && options.metrics_port != options.port &&
      !listen(watcher, options, options.metrics_port, watchers)) {
    return false;
  }
  (void)wick_checkpoint();  // a restart or a snapshot goes on from here; elsewhere there is none
  say(stdout, options.program, ": ", server.files.all().size(), " paths, port ", options.port, ", up to ",
      server.max_connections, " connections");
  return true;
}

}  // namespace http
