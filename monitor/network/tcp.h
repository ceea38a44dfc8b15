// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// All TCP connections of the guest, both ways. Level with the wire: nothing is made that the wire has no room for, and
// nothing is read from the host that the guest has no room for.

#include <memory>
#include <unordered_map>

#include "monitor/network/connection.h"
#include "monitor/network/reach.h"
#include "monitor/network/router.h"

namespace wick::monitor {

class Tcp {
 public:
  /// As many as the largest guest has (docs/network.md).
  static constexpr unsigned kMax = 4096;
  static constexpr unsigned kMostAsked = 64;  ///< for a port at the same time

  Tcp(Poller& poller, Wire& wire, Router& router, const Reach& reach)
      : poller_(poller), wire_(wire), router_(router), reach_(reach) {}

  void start(std::uint64_t seed, unsigned most);
  /// Milliseconds, of this round.
  void set_time(std::int64_t now) { now_ = now; }

  /// A segment of the guest's.
  void take(const Packet& packet);
  /// A client. @return false when no more can be taken now
  bool accept(Listener& listener);
  bool has_room() const { return count_ < most_; }
  /// Connections that clients of the host have begun.
  unsigned clients() const { return clients_; }
  /// Whether one more client may be asked for. A guest that is asked for more than its listener's backlog forgets those
  /// who were first.
  bool may_ask(const Listener& listener) const { return listener.asked < kMostAsked; }
  /// What epoll has told of a connection's socket.
  void ready(Connection& connection, std::uint32_t events);
  /// The guest has begun anew: it knows of no connection.
  void forget();

  /// The guest has an address now: clients that wait for it needn't any longer.
  void hurry();

  std::int64_t next_due() const { return next_due_; }
  void run_timers();
  /// Says what is to be said, as far as there is room.
  void talk();
  bool has_to_talk() const { return ready_.first(); }
  /// Frees what has ended in this round.
  void collect();

 private:
  using Table = std::unordered_map<Pair, Connection*, PairHash>;

  Connection* find(const Pair& pair);
  Connection* make(int file);
  bool enter(Connection& c);
  void begin_from_guest(const Packet& packet, const Pair& pair);
  void ask(Connection& c);
  void establish(Connection& c, const TcpSegment& segment);
  void answer(Connection& c, const Pair& pair, const TcpSegment& segment);
  void refused(Connection& c);
  bool take_acknowledgement(Connection& c, const TcpSegment& segment);
  void take_data(Connection& c, const TcpSegment& segment);

  void read_host(Connection& c);
  bool write_host(Connection& c, Bytes& bytes, bool last);
  void drain_to_host(Connection& c);
  void finish_to_host(Connection& c);
  void take_end(Connection& c);

  bool talk(Connection& c);
  bool send(Connection& c, std::uint8_t flags, std::size_t at, std::size_t count);
  void send_reset(const Pair& pair, const TcpSegment& to);
  std::uint32_t room_for_guest(const Connection& c) const;

  void schedule(Connection& c) { ready_.add(c); }
  void arm(Connection& c);
  void disarm_if_idle(Connection& c);
  bool ended(const Connection& c) const;
  void abort(Connection& c);
  void destroy(Connection& c);

  Poller& poller_;
  Wire& wire_;
  Router& router_;
  const Reach& reach_;
  Table table_;
  unsigned count_ = 0, most_ = kMax, clients_ = 0;
  std::size_t queued_ = 0;  ///< bytes of all queues
  std::int64_t now_ = 0, next_due_ = kNeverDue;
  Chain<Connection, &Connection::ready> ready_;
  Chain<Connection, &Connection::timed> timed_;
  Chain<Connection, &Connection::all> all_;
  Connection* dead_ = nullptr;
};

}  // namespace wick::monitor
