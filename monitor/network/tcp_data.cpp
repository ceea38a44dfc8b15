// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What goes over connections: bytes, their acknowledgements and windows, and segments as they are written.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "monitor/network/tcp.h"

namespace wick::monitor {
namespace {

constexpr std::size_t kQueue = 128 << 10;   ///< bytes that wait for one side of a connection, at most
constexpr std::size_t kBudget = 192 << 20;  ///< of all connections; beyond it each has only a little
constexpr std::size_t kLittle = 4 << 10;
constexpr std::uint8_t kOwnScale = 2;  ///< window scale: 128 KiB in 16 bits
constexpr std::int64_t kHoldBack = 5;  ///< an acknowledgement waits so long for something to go with
constexpr std::int64_t kResendAfter = 500;
constexpr std::int64_t kHoldEnd = 30'000;        ///< a client that doesn't read must not make the guest give up
constexpr std::size_t kLargestSegment = 48'000;  ///< of those that a guest takes in one piece
constexpr unsigned kRepeats = 3;                 ///< RFC 5681 §3.2

std::uint8_t scratch[64 << 10];

bool is_later(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) > 0; }

}  // namespace

/// RFC 9293 §3.10.7.4, fifth. @return false when the segment is of no use
bool Tcp::take_acknowledgement(Connection& c, const TcpSegment& segment) {
  if (!(segment.flags & kAck)) return false;
  const std::uint32_t acknowledged = segment.acknowledged;
  if (is_later(acknowledged, c.furthest)) {  // of what was never sent
    c.wants_ack = true;
    schedule(c);
    return false;
  }
  const std::uint32_t window = std::uint32_t{segment.window} << (c.scales ? c.scale : 0);
  if (c.phase == Connection::Phase::answered) {
    if (acknowledged != c.next) {
      send_reset(c.pair, segment);
      return false;
    }
    c.phase = Connection::Phase::open;
    c.first = acknowledged;
    c.wants_syn = false;
    c.tries = 0;
    c.resend_due = kNeverDue;
  } else if (is_later(acknowledged, c.first)) {
    std::size_t bytes = acknowledged - c.first;
    if (bytes > c.to_guest.size()) {  // the FIN is one more
      bytes = c.to_guest.size();
      c.fin_taken = true;
    }
    c.to_guest.drop(bytes);
    queued_ -= bytes;
    c.first = acknowledged;
    if (is_later(c.first, c.next)) c.next = c.first;
    if (c.fin_taken) c.fin_sent = true;
    c.tries = c.repeated = 0;
    c.resend_due = c.first == c.next ? kNeverDue : now_ + kResendAfter;
  } else if (acknowledged == c.first && c.next != c.first && segment.data.empty() && window == c.window &&
             !(segment.flags & kFin) && ++c.repeated == kRepeats) {
    c.next = c.first;
    c.fin_sent = false;
  }
  if (!is_later(c.first, acknowledged)) c.window = window;
  if (!window) c.tries = 0;  // it lives, and may take its time
  schedule(c);
  return true;
}

void Tcp::take_data(Connection& c, const TcpSegment& segment) {
  Bytes data = segment.data;
  bool fin = segment.flags & kFin;
  if (data.empty() && !fin) {
    const unsigned end = c.guest_done && !c.end_taken ? 1 : 0;
    if (segment.sequence != c.expected + end) c.wants_ack = true;  // a probe: it wants to know where we are
    return;
  }
  const std::uint32_t before = c.expected - segment.sequence;
  if (before > data.size() || c.guest_done) {  // a gap, or nothing new
    c.wants_ack = true;
    return;
  }
  data = data.subspan(before);
  const std::size_t room = c.edge - c.expected;
  if (data.size() > room) {
    data = data.first(room);
    fin = false;
  }
  c.expected += static_cast<std::uint32_t>(data.size());
  c.unacknowledged += static_cast<std::uint32_t>(data.size());
  if (c.to_host.empty() && !data.empty() && !write_host(c, data, fin)) return;
  if (!data.empty()) {
    if (!c.to_host.add(data)) return abort(c);
    queued_ += data.size();
  }
  if (fin) {
    c.guest_done = true;
    c.end_due = now_ + kHoldEnd;
    arm(c);
    finish_to_host(c);
  }
  if (c.unacknowledged >= 2u * c.largest || before) {
    c.wants_ack = true;
  } else if (!c.wants_ack && c.ack_due == kNeverDue) {
    c.ack_due = now_ + kHoldBack;
    arm(c);
  }
}

/// Takes from `bytes` what the host's socket takes. @param last the end comes at once: both in one segment
/// @return false when the connection is no more
bool Tcp::write_host(Connection& c, Bytes& bytes, bool last) {
  const int more = last ? MSG_MORE : 0;
  const ssize_t sent = ::send(c.file, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL | more);
  if (sent >= 0) {
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
    return true;
  }
  if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS) return true;
  send_reset(c.pair, {0, 0, c.expected, c.furthest, kAck});
  abort(c);
  return false;
}

void Tcp::drain_to_host(Connection& c) {
  while (!c.to_host.empty()) {
    Bytes bytes = c.to_host.front();
    const std::size_t before = bytes.size();
    if (!write_host(c, bytes, false)) return;
    const std::size_t gone = before - bytes.size();
    c.to_host.drop(gone);
    queued_ -= gone;
    if (!bytes.empty()) break;
  }
  finish_to_host(c);
  // The guest hears of its window again when it is worth while.
  if (c.edge - c.expected < kQueue / 2 && room_for_guest(c) >= kQueue / 2) c.wants_ack = true;
}

void Tcp::finish_to_host(Connection& c) {
  if (!c.guest_done || c.told_host || !c.to_host.empty()) return;
  shutdown(c.file, SHUT_WR);
  c.told_host = true;
  take_end(c);
}

/// Acknowledges the guest's FIN: what it has sent is its host's to deliver from now on, so that a guest may end with
/// its last acknowledgement.
void Tcp::take_end(Connection& c) {
  c.end_due = kNeverDue;
  if (c.end_taken) return;
  c.end_taken = true;
  ++c.expected;
  if (is_later(c.expected, c.edge)) c.edge = c.expected;
  c.wants_ack = true;
  schedule(c);
}

void Tcp::read_host(Connection& c) {
  while (c.readable || c.ends) {
    const std::size_t most = queued_ > kBudget ? kLittle : kQueue;
    if (c.host_done || c.to_guest.size() >= most) return;
    const std::size_t wanted = std::min(sizeof scratch, most - c.to_guest.size());
    const ssize_t got = recv(c.file, scratch, wanted, MSG_DONTWAIT);
    if (got > 0) {
      // Less than there was room for is all there was: epoll tells of more, but not twice of an end.
      if (static_cast<std::size_t>(got) < wanted) c.readable = false;
      const Bytes bytes(scratch, static_cast<std::size_t>(got));
      if (!c.to_guest.add(bytes)) return abort(c);
      queued_ += bytes.size();
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    c.readable = false;
    if (got < 0 && errno == EAGAIN) return;
    if (got < 0) {
      send_reset(c.pair, {0, 0, c.expected, c.furthest, kAck});
      return destroy(c);
    }
    c.ends = false;
    c.host_done = true;
  }
}

std::uint32_t Tcp::room_for_guest(const Connection& c) const {
  const std::size_t most = queued_ > kBudget ? kLittle : kQueue;
  return static_cast<std::uint32_t>(most - std::min(most, c.to_host.size()));
}

/// @param at bytes of the queue before it  @return false when the wire has no room
bool Tcp::send(Connection& c, std::uint8_t flags, std::size_t at, std::size_t count) {
  const bool syn = flags & kSyn;
  const std::size_t options = !syn ? 0 : c.scales || c.phase == Connection::Phase::asking ? 8 : 4;
  std::uint8_t* to = wire_.begin(c.pair.peer.address, c.pair.guest.address, Protocol::tcp, 20 + options + count);
  if (!to) return false;
  // What was offered stays offered.
  const std::uint32_t edge = c.expected + room_for_guest(c);
  if (is_later(edge, c.edge)) c.edge = edge;
  std::uint32_t window = c.edge - c.expected;
  if (c.scales && !syn) window >>= kOwnScale;
  store16(to, c.pair.peer.port);
  store16(to + 2, c.pair.guest.port);
  store32(to + 4, syn ? c.first : c.first + static_cast<std::uint32_t>(at));
  store32(to + 8, flags & kAck ? c.expected : 0);
  to[12] = static_cast<std::uint8_t>((20 + options) / 4 << 4);
  to[13] = flags;
  store16(to + 14, std::min(window, 0xffffu));
  store32(to + 16, 0);
  if (syn) {
    to[20] = 2;
    to[21] = 4;
    store16(to + 22, c.pair.guest.address.is_v4() ? 1460 : 1440);
  }
  if (options == 8) {
    to[24] = 1;
    to[25] = 3;
    to[26] = 3;
    to[27] = kOwnScale;
  }
  c.to_guest.copy(at, to + 20 + options, count);
  wire_.end(16, count > c.largest ? c.largest : 0);
  if (flags & kAck) {
    c.wants_ack = false;
    c.unacknowledged = 0;
    c.ack_due = kNeverDue;
  }
  return true;
}

/// In answer to a segment (RFC 9293 §3.10.7.1); never to a reset.
void Tcp::send_reset(const Pair& pair, const TcpSegment& to) {
  if (to.flags & kReset) return;
  std::uint8_t* out = wire_.begin(pair.peer.address, pair.guest.address, Protocol::tcp, 20);
  if (!out) return;
  std::memset(out, 0, 20);
  store16(out, pair.peer.port);
  store16(out + 2, pair.guest.port);
  out[12] = 5 << 4;
  out[13] = kReset;
  if (to.flags & kAck) store32(out + 4, to.acknowledged);
  out[13] |= kAck;
  const bool takes_one = to.flags & (kSyn | kFin);
  store32(out + 8, to.sequence + static_cast<std::uint32_t>(to.data.size()) + (takes_one ? 1 : 0));
  wire_.end(16);
}

/// @return false when the wire has no room for all of it
bool Tcp::talk(Connection& c) {
  using Phase = Connection::Phase;
  if (c.phase == Phase::connecting) return true;
  if (c.phase != Phase::open) {
    if (c.wants_syn && !send(c, c.phase == Phase::asking ? kSyn : kSyn | kAck, 0, 0)) return false;
    c.wants_syn = false;
    return true;
  }
  for (;;) {
    read_host(c);
    if (c.dead) return true;
    const std::size_t sent = c.next - c.first, left = c.to_guest.size() - std::min(sent, c.to_guest.size());
    std::size_t room = c.window > sent ? c.window - sent : 0;
    if (left && !room && c.probes) room = 1;  // the guest will say how much it can take
    c.probes = false;
    const std::size_t count = std::min({left, room, wire_.takes_large() ? kLargestSegment : std::size_t{c.largest}});
    const bool fin = c.host_done && count == left && !c.fin_sent;
    if (count == 0 && !fin) break;
    if (!wire_.has_room()) return false;
    std::uint8_t flags = kAck;
    if (count == left && count) flags |= kPush;
    if (fin) flags |= kFin;
    if (!send(c, flags, sent, count)) return false;
    c.next += static_cast<std::uint32_t>(count) + (fin ? 1 : 0);
    if (is_later(c.next, c.furthest)) c.furthest = c.next;
    c.fin_sent |= fin;
    if (c.resend_due == kNeverDue) c.resend_due = now_ + kResendAfter;
    arm(c);
  }
  if (!c.to_guest.empty() && c.resend_due == kNeverDue) {  // no window: it will be asked for
    c.resend_due = now_ + kResendAfter;
    arm(c);
  }
  if (c.wants_ack && !send(c, kAck, c.next - c.first, 0)) return false;
  disarm_if_idle(c);
  if (ended(c)) destroy(c);
  return true;
}

void Tcp::talk() {
  while (Connection* c = ready_.first()) {
    if (!wire_.has_room()) return;
    if (!talk(*c)) return;  // it stays the first
    ready_.remove(*c);
  }
}

}  // namespace wick::monitor
