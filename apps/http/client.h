// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sessions on real connections. Each server keeps its own in the order in which they were last of use, so that a full
// table makes room at the expense of the one that has asked nothing for longest.

#include <wick/net.h>

#include "session.h"

namespace http {

class Clients;

/// Lives from accept to closed().
class Client : public wick::net::Connection, public Output {
 public:
  Client(Server& server, Clients& clients);
  virtual ~Client();

  void opened() override { set_timer(1); }
  std::size_t received(std::string_view bytes) override { return session_.received(bytes); }
  void writable() override;
  void end_of_stream() override { session_.peer_ended(); }
  void closed() override;
  void timer() override;

  std::size_t write(std::string_view bytes, bool fixed) override;
  std::size_t room() override { return Connection::room(); }
  void want_room() override;
  void end(bool linger) override;
  void abort() override { Connection::abort(); }
  std::string_view peer() override;

  /// Whether nothing is lost when it ends in favour of another one.
  bool dispensable() const { return session_.dispensable() && !waits_; }

  Client* next = nullptr;
  Client* previous = nullptr;

 protected:
  Session session_;
  Server& server_;

 private:
  Clients& clients_;
  bool waits_ = false;  ///< for room
  char peer_text_[46];
};

/// A server's clients, the longest unused first.
class Clients {
 public:
  /// Makes a client in memory that has room for its kind, by the constructor; null: there is no memory.
  using Make = Client* (*)(Server&, Clients&);

  explicit Clients(Server& server, Make make = plain) : server_(server), make_(make) {}

  /// For wick::net::Listener: `context` is the Clients. @return null when there is no room and none can be made
  static wick::net::Connection* accept(void* context);

 private:
  friend class Client;
  static Client* plain(Server& server, Clients& clients);
  void append(Client& client);
  void remove(Client& client);
  bool displace_one();

  Server& server_;
  Make make_;
  Client* first_ = nullptr;
  Client* last_ = nullptr;
};

}  // namespace http
