// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sessions on real connections. Each server keeps its own in the order in which they were last of use, so that a full
// table makes room at the expense of the one that has asked nothing for longest.

#include <wick/net.h>

#include "session.h"

namespace http {

class Client;

/// A server's clients, the longest unused first.
class Clients {
 public:
  explicit Clients(Server& server) : server_(server) {}

  /// For wick::net::Listener: `context` is the Clients. @return null when there is no room and none can be made
  static wick::net::Connection* accept(void* context);

 private:
  friend class Client;
  void append(Client& client);
  void remove(Client& client);
  bool displace_one();

  Server& server_;
  Client* first_ = nullptr;
  Client* last_ = nullptr;
};

}  // namespace http
