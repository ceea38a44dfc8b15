// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "client.h"

#include <arpa/inet.h>

#include <cstdlib>
#include <new>

namespace http {
namespace {

constexpr unsigned kStuckSeconds = 5;  ///< without progress, when memory for answers is short
constexpr unsigned kMaxLooks = 64;     ///< connections looked at to find one that may go

}  // namespace

Client::Client(Server& server, Clients& clients) : session_(server, *this), server_(server), clients_(clients) {
  clients_.append(*this);
  ++server_.counters.open;
}

Client::~Client() {
  clients_.remove(*this);
  --server_.counters.open;
}

void Client::writable() {
  notify_writable(false);
  waits_ = false;
  if (session_.writable()) resume();
}

void Client::closed() {
  this->~Client();
  std::free(this);
}

void Client::timer() {
  if (session_.answered()) {
    clients_.remove(*this);
    clients_.append(*this);
  }
  const bool stuck = waits_ && pressed() && session_.idle_seconds() >= kStuckSeconds;
  if (!session_.overdue() && !stuck) return;
  ++server_.counters.timed_out;
  if (stuck) return Connection::abort();
  session_.give_up();
}

std::size_t Client::write(std::string_view bytes, bool fixed) {
  return Connection::write(bytes, fixed ? wick::net::Memory::fixed : wick::net::Memory::changing);
}

void Client::want_room() {
  waits_ = true;
  notify_writable(true);
}

void Client::end(bool linger) {
  if (linger) {
    finish_sending();
  } else {
    close();
  }
}

std::string_view Client::peer() {
  wick::net::Peer from = Connection::peer();
  if (!inet_ntop(from.ipv6 ? AF_INET6 : AF_INET, from.address, peer_text_, sizeof(peer_text_))) return {};
  return peer_text_;
}

Client* Clients::plain(Server& server, Clients& clients) {
  void* memory = std::malloc(sizeof(Client));
  return memory ? new (memory) Client(server, clients) : nullptr;
}

void Clients::append(Client& client) {
  client.next = nullptr;
  client.previous = last_;
  (last_ ? last_->next : first_) = &client;
  last_ = &client;
}

void Clients::remove(Client& client) {
  (client.previous ? client.previous->next : first_) = client.next;
  (client.next ? client.next->previous : last_) = client.previous;
}

bool Clients::displace_one() {
  unsigned looks = 0;
  for (Client* client = first_; client && looks < kMaxLooks; client = client->next, ++looks) {
    if (!client->dispensable()) continue;
    ++server_.counters.displaced;
    client->abort();
    return true;
  }
  return false;
}

wick::net::Connection* Clients::accept(void* context) {
  auto& clients = *static_cast<Clients*>(context);
  Server& server = clients.server_;
  const bool full = server.counters.open >= server.max_connections;
  Client* client = !full || clients.displace_one() ? clients.make_(server, clients) : nullptr;
  if (!client) {
    ++server.counters.refused;
    return nullptr;
  }
  ++server.counters.accepted;
  return client;
}

}  // namespace http
