// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The appliance: embedded files over HTTP/1.1 on the event API. Arguments: --port N, --root /www,
// --max-connections N, --idle-seconds N, --access-log.

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wick/checkpoint.h>
#include <wick/net.h>
#include <wick/rom.h>

#include <new>

#include "access_log.h"
#include "answer.h"
#include "metrics.h"
#include "session.h"

namespace {

http::Server server;

/// A session on a real connection. Lives from accept to closed().
class Client final : public wick::net::Connection, public http::Output {
 public:
  Client() : session_(server, *this) { ++server.counters.open; }
  ~Client() { --server.counters.open; }

  void opened() override { set_timer(server.idle_seconds); }
  std::size_t received(std::string_view bytes) override { return session_.received(bytes); }
  void writable() override {
    notify_writable(false);
    if (session_.writable()) resume();
  }
  void end_of_stream() override { session_.peer_ended(); }
  void closed() override {
    this->~Client();
    free(this);
  }
  void timer() override {
    if (!session_.idle()) return;
    ++server.counters.timed_out;
    Connection::abort();
  }

  std::size_t write(std::string_view bytes, bool fixed) override {
    return Connection::write(bytes, fixed ? wick::net::Memory::fixed : wick::net::Memory::changing);
  }
  std::size_t room() override { return Connection::room(); }
  void want_room() override { notify_writable(true); }
  void end(bool linger) override {
    if (linger) {
      finish_sending();
    } else {
      close();
    }
  }
  void abort() override { Connection::abort(); }
  std::string_view peer() override {
    wick::net::Peer from = Connection::peer();
    if (inet_ntop(from.ipv6 ? AF_INET6 : AF_INET, from.address, peer_text_, sizeof(peer_text_)) == nullptr) return {};
    return peer_text_;
  }

 private:
  http::Session session_;
  char peer_text_[46];
};

wick::net::Connection* accept_client(void*) {
  if (server.counters.open >= server.max_connections) {
    ++server.counters.refused;
    return nullptr;
  }
  void* memory = malloc(sizeof(Client));
  if (memory == nullptr) {
    ++server.counters.refused;
    return nullptr;
  }
  ++server.counters.accepted;
  auto* client = new (memory) Client;
  return client;
}

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
  if (entries == nullptr) return false;
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
  unsigned long value = text != nullptr ? strtoul(text, &end, 10) : 0;
  if (text == nullptr || *end != 0 || value < least || value > most) {
    fprintf(stderr, "http: a number from %u to %u is wanted, not %s\n", least, most,
            text != nullptr ? text : "nothing");
    exit(2);
  }
  return static_cast<unsigned>(value);
}

}  // namespace

int main(int count, char** arguments) {
  const char* root = "/www";
  unsigned port = 80;
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
      server.idle_seconds = number_argument(value, 1, 120), ++at;
    } else if (strcmp(name, "--root") == 0 && value != nullptr) {
      root = value, ++at;
    } else {
      fprintf(stderr, "http: unknown argument %s\n", name);
      return 2;
    }
  }
  server.date = date_line;
  server.metrics = http::write_metrics;
  server.log = http::log_request;
  if (!load_files(root)) {
    fprintf(stderr, "http: no memory for the list of files\n");
    return 1;
  }
  static wick::net::Listener listener;
  if (!listener.open(static_cast<std::uint16_t>(port), accept_client)) {
    fprintf(stderr, "http: port %u is not to be had\n", port);
    return 1;
  }
  (void)wick_checkpoint();  // a restart or a snapshot goes on from here; elsewhere there is none
  printf("http: %zu paths, port %u, up to %u connections\n", server.files.all().size(), port, server.max_connections);
  wick::net::serve();
}
