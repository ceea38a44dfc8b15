// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The appliance: embedded files over HTTP/1.1 on the event API. Its arguments are in docs/http.md.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wick/checkpoint.h>
#include <wick/net.h>
#include <wick/rom.h>

#include "access_log.h"
#include "answer.h"
#include "client.h"
#include "metrics.h"

namespace {

http::Server server;
http::Clients clients(server);

/// Of --metrics-port: what it tells is not for those whom the appliance serves.
http::Server watched;
http::Clients watchers(watched);
constexpr unsigned kMaxWatchers = 16;

/// The Date field, made anew once a second.
std::string_view date_line() {
  static char room[64];
  static std::size_t length = 0;
  static std::uint64_t made_at = ~0ull;
  std::uint64_t now = wick::net::turn_seconds();
  if (now != made_at) {
    made_at = now;
    timespec date{};
    http::Text text(room);
    if (clock_gettime(CLOCK_REALTIME, &date) == 0) http::write_date(text, static_cast<std::uint64_t>(date.tv_sec));
    length = text.size();
  }
  return {room, length};
}

bool load_files(const char* root) {
  std::size_t count = wick::rom::count();
  auto* entries = static_cast<http::Entry*>(calloc(count + 1, sizeof(http::Entry)));
  if (!entries) return false;
  for (std::size_t at = 0; at < count; ++at) {
    wick::rom::File file = wick::rom::file(at);
    entries[at] = {file.path, file.content, file.checksum, file.folder};
  }
  bool good = server.files.fill({entries, count}, root);
  free(entries);
  return good;
}

unsigned number_argument(const char* text, unsigned least, unsigned most) {
  char* end = nullptr;
  unsigned long value = text ? strtoul(text, &end, 10) : 0;
  if (!text || *end != 0 || value < least || value > most) {
    fprintf(stderr, "http: a number from %u to %u is wanted, not %s\n", least, most, text ? text : "nothing");
    exit(2);
  }
  return static_cast<unsigned>(value);
}

void listen(wick::net::Listener& listener, unsigned port, http::Clients& to) {
  if (listener.open(static_cast<std::uint16_t>(port), http::Clients::accept, &to)) return;
  fprintf(stderr, "http: port %u is not to be had\n", port);
  exit(1);
}

}  // namespace

int main(int count, char** arguments) {
  const char* root = "/www";
  unsigned port = 80, metrics_port = 0;
  server.max_connections = static_cast<unsigned>(wick::net::statistics().connection_limit);
  for (int at = 1; at < count; ++at) {
    const char* name = arguments[at];
    const char* value = at + 1 < count ? arguments[at + 1] : nullptr;
    if (strcmp(name, "--access-log") == 0) {
      server.log_requests = true;
    } else if (strcmp(name, "--port") == 0) {
      port = number_argument(value, 1, 65535), ++at;
    } else if (strcmp(name, "--max-connections") == 0) {
      server.max_connections = number_argument(value, 1, server.max_connections), ++at;
    } else if (strcmp(name, "--idle-seconds") == 0) {
      server.idle_seconds = number_argument(value, 1, 3600), ++at;
    } else if (strcmp(name, "--head-seconds") == 0) {
      server.head_seconds = number_argument(value, 1, 3600), ++at;
    } else if (strcmp(name, "--body-seconds") == 0) {
      server.body_seconds = number_argument(value, 1, 3600), ++at;
    } else if (strcmp(name, "--metrics-port") == 0) {
      metrics_port = number_argument(value, 1, 65535), ++at;
    } else if (strcmp(name, "--root") == 0 && value) {
      root = value, ++at;
    } else {
      fprintf(stderr, "http: unknown argument %s\n", name);
      return 2;
    }
  }
  server.date = watched.date = date_line;
  server.log = http::log_request;
  watched.max_connections = kMaxWatchers;
  watched.metrics = [](const http::Server&) { return http::write_metrics(server); };
  if (metrics_port == port) server.metrics = watched.metrics;
  if (!load_files(root)) {
    fprintf(stderr, "http: no memory for the list of files\n");
    return 1;
  }
  static wick::net::Listener listener, watcher;
  listen(listener, port, clients);
  if (metrics_port != 0 && metrics_port != port) listen(watcher, metrics_port, watchers);
  (void)wick_checkpoint();  // a restart or a snapshot goes on from here; elsewhere there is none
  printf("http: %zu paths, port %u, up to %u connections\n", server.files.all().size(), port, server.max_connections);
  wick::net::serve();
}
