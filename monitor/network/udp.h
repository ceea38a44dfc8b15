// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Datagrams of the guest, both ways. A flow is a pair of ends and the socket of the host's between them: one of its own
// where the guest began, the forward's where a client did. Flows end when nothing has come for a while, the oldest one
// when there are too many.

#include <algorithm>
#include <map>
#include <unordered_map>

#include "monitor/network/connection.h"
#include "monitor/network/names.h"
#include "monitor/network/reach.h"
#include "monitor/network/router.h"

namespace wick::monitor {

/// A UDP port of the host's that leads to the guest.
struct DatagramPort : Source {
  Forward forward{};
};

class Udp {
 public:
  static constexpr unsigned kMax = 512;

  Udp(Poller& poller, Wire& wire, Router& router, Reach& reach)
      : poller_(poller), wire_(wire), router_(router), reach_(reach) {}

  void start(std::uint64_t seed);
  void set_time(std::int64_t now) { now_ = now; }

  void take(const Packet& packet);
  /// A piece of a datagram.
  void take_fragment(const Packet& packet);
  /// Clients' datagrams wait at a forward.
  void receive(DatagramPort& port);
  /// Answers, or an error, wait at a flow's socket.
  void receive(Source& source);

  std::int64_t next_due() const { return std::min(ask_due_, oldest() ? oldest()->due : kNeverDue); }
  void run_timers();
  /// The guest has an address now.
  void hurry() {
    if (!waiting_.empty()) ask_due_ = now_;
  }
  void collect();

 private:
  struct Flow : Source {
    Flow() : Source{Kind::flow} {}
    Pair pair;
    DatagramPort* port = nullptr;  ///< of a forward; else the socket is its own
    SocketAddress client;          ///< of a forward
    bool asks_names = false;       ///< the guest asks a name server, and its list decides
    std::int64_t due = 0;
    bool dead = false;
    Link<Flow> age;
  };
  struct Pieces {
    Address from, to;
    std::uint16_t id = 0;
    std::int64_t due = 0;
    std::size_t end = 0, have = 0;  ///< bytes; the end is 0 before the last piece has come
    std::map<std::uint16_t, std::vector<std::uint8_t>> parts;
  };

  void handle(const Pair& pair, const UdpDatagram& datagram);
  void touch(Flow& flow);
  Flow* find(const Pair& pair);
  Flow* begin(const Pair& pair);
  Flow* make(const Pair& pair);
  void end(Flow& flow);
  void answer_name(Flow& flow, Bytes data);
  Flow* oldest() const { return age_.first(); }

  Poller& poller_;
  Wire& wire_;
  Router& router_;
  Reach& reach_;
  Names names_;
  std::unordered_map<Pair, Flow*, PairHash> table_;
  Chain<Flow, &Flow::age> age_;
  Flow* dead_ = nullptr;
  std::vector<Pieces> pieces_;
  std::vector<DatagramPort*> waiting_;  ///< clients' datagrams are there, the guest isn't yet
  std::int64_t now_ = 0, ask_due_ = kNeverDue;
};

}  // namespace wick::monitor
