// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Connections from their beginning to their end. What goes over them: tcp_data.cpp; their times: tcp_timers.cpp.
#include "monitor/network/tcp.h"

#include <netinet/tcp.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <new>
#include <utility>

#include "monitor/network/ports.h"

namespace wick::monitor {
namespace {

constexpr std::int64_t kAskAgain = 10;        ///< a guest that boots answers soon: whoever waits must not wait longer
constexpr std::int64_t kRefusedFor = 10'000;  ///< so long may a guest take from its first frame to its listening
constexpr std::int64_t kSilentFor = 60'000;   ///< so long may it say nothing
constexpr std::int64_t kResendAfter = 500;    ///< above the time that lwIP holds acknowledgements back
constexpr std::uint32_t kEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

/// From a stock, so that not each connection costs a system call.
std::uint32_t random_number() {
  static std::uint32_t stock[64];
  static unsigned left = 0;
  if (left == 0 && getrandom(stock, sizeof stock, 0) == sizeof stock) left = std::size(stock);
  return left ? std::exchange(stock[--left], 0) : 0;
}

}  // namespace

void Tcp::start(std::uint64_t seed, unsigned most) {
  table_ = Table(256, PairHash{seed});
  most_ = std::min(most, kMax);
}

Connection* Tcp::find(const Pair& pair) {
  const auto at = table_.find(pair);
  return at == table_.end() ? nullptr : at->second;
}

/// Owns the socket from now on. @return nullptr when it can't be had; then the socket is closed
Connection* Tcp::make(int file) {
  auto* c = new (std::nothrow) Connection;
  if (c) c->file = file;
  if (!c || !poller_.add(*c, kEvents)) {
    close(file);
    delete c;
    return nullptr;
  }
  ++count_;
  all_.add(*c);
  return c;
}

/// @return false when there is such a connection already
bool Tcp::enter(Connection& c) { return c.known = table_.try_emplace(c.pair, &c).second; }

bool Tcp::accept(Listener& listener) {
  SocketAddress from;
  socklen_t length = sizeof from;
  const int file = listener.brings ? receive_connection(listener.file, from)
                                   : accept4(listener.file, &from.any, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (file < 0) return errno == ECONNABORTED || errno == EINTR;
  auto* c = make(file);
  if (!c) return true;
  c->listener = &listener;
  ++clients_;
  ++listener.asked;
  // Programs of this host are seen as the gateway, as in QEMU's network; so is who bears one of the guest's addresses.
  c->client = from.endpoint();
  if (is_near(c->client.address)) c->client.address = kHost4;
  c->give_up = now_ + kSilentFor;
  ask(*c);
  return true;
}

/// The guest's address may come later, or change: it is looked at each time.
void Tcp::ask(Connection& c) {
  // Many that wait are asked for less often; a guest that has answered others is full, and takes its time.
  const std::int64_t longer = c.listener->answered ? kAskAgain << std::min(c.tries++, 6u) : 0;
  c.resend_due = now_ + kAskAgain + count_ / 64 + longer;
  arm(c);
  if (!router_.has_address()) {
    router_.ask();
    return;
  }
  if (c.known && c.pair.guest.address != router_.address()) {
    table_.erase(c.pair);
    c.known = false;
  }
  if (!c.known) {
    c.pair = {{router_.address(), c.listener->forward.guest_port}, c.client};
    if (!c.pair.guest.address.is_v4()) c.pair.peer.address = kHost6;
    while (!enter(c)) c.pair.peer.port = static_cast<std::uint16_t>(random_number() | 0x8000);
    c.first = random_number();
    c.furthest = c.next = c.first + 1;
  }
  c.wants_syn = true;
  schedule(c);
}

/// Nobody listens in the guest. Not yet, perhaps: then the client waits a little.
void Tcp::refused(Connection& c) {
  if (c.listener->answered) return abort(c);
  if (c.give_up > now_ + kRefusedFor) c.give_up = now_ + kRefusedFor;
  c.wants_syn = false;
  ready_.remove(c);
}

void Tcp::begin_from_guest(const Packet& packet, const Pair& pair) {
  const TcpSegment& segment = packet.tcp;
  const auto there = reach_.socket_address(pair.peer, !reach_.has_list());
  if (!there || !has_room()) return send_reset(pair, segment);
  const SocketAddress& address = *there;
  const int file = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (file < 0) return send_reset(pair, segment);
  const int on = 1;
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(file, &address.any, address.length()) != 0 && errno != EINPROGRESS) {
    close(file);
    return send_reset(pair, segment);
  }
  auto* c = make(file);
  if (!c) return send_reset(pair, segment);
  c->phase = Connection::Phase::connecting;
  c->pair = pair;
  enter(*c);
  c->expected = segment.sequence + 1;
  c->first = random_number();
  c->furthest = c->next = c->first + 1;
  establish(*c, segment);
}

/// What a SYN says of the guest's side.
void Tcp::establish(Connection& c, const TcpSegment& segment) {
  constexpr std::uint16_t kSmallest = 64;
  if (segment.largest) c.largest = std::max(segment.largest, kSmallest);
  c.largest = std::min<std::uint16_t>(c.largest, c.pair.guest.address.is_v4() ? 1460 : 1440);
  c.scales = segment.scale.has_value();
  c.scale = segment.scale.value_or(0);
  c.window = segment.window;
  c.edge = c.expected;
}

/// A segment in answer to our SYN.
void Tcp::answer(Connection& c, const Pair& pair, const TcpSegment& segment) {
  const bool ours = segment.flags & kAck && segment.acknowledged == c.next;
  if (segment.flags & kReset) {
    if (ours) refused(c);
    return;
  }
  if (!ours || !(segment.flags & kSyn)) {  // of a connection of yore
    send_reset(pair, segment);
    if (!(segment.flags & kAck) || segment.flags & kSyn) return;
    // In TIME_WAIT it ignores that, but takes a SYN that begins beyond it (RFC 9293 §3.6.1).
    constexpr std::uint32_t kBeyond = 1 << 20;
    c.first = segment.acknowledged + kBeyond + random_number() % kBeyond;
    c.furthest = c.next = c.first + 1;
    return;
  }
  c.expected = segment.sequence + 1;
  c.first = c.next;
  establish(c, segment);
  c.phase = Connection::Phase::open;
  c.listener->answered = true;
  --c.listener->asked;
  c.wants_syn = false;
  c.wants_ack = true;
  c.tries = 0;
  c.resend_due = c.give_up = kNeverDue;
  schedule(c);
}

void Tcp::take(const Packet& packet) {
  const TcpSegment& segment = packet.tcp;
  const Pair pair{{packet.from, segment.from}, {packet.to, segment.to}};
  Connection* c = find(pair);
  const bool begins = (segment.flags & (kSyn | kAck | kReset)) == kSyn;
  if (c && begins && c->phase == Connection::Phase::open && c->guest_done) {
    abort(*c);  // the guest uses the port again
    c = nullptr;
  }
  if (!c) {
    if (begins) return begin_from_guest(packet, pair);
    return send_reset(pair, segment);
  }
  if (c->phase == Connection::Phase::asking) return answer(*c, pair, segment);
  if (segment.flags & kReset) {
    // RFC 9293 §3.10.7.4: only in the window, so that an old one ends nothing.
    if (segment.sequence - c->expected <= c->edge - c->expected) abort(*c);
    return;
  }
  if (segment.flags & kSyn) {  // again: our answer is on its way, or was lost
    c->wants_syn = c->phase == Connection::Phase::answered;
    c->wants_ack = c->phase == Connection::Phase::open;
    return schedule(*c);
  }
  if (c->phase == Connection::Phase::connecting || !take_acknowledgement(*c, segment)) return;
  take_data(*c, segment);
  if (ended(*c)) return destroy(*c);
  disarm_if_idle(*c);
}

void Tcp::ready(Connection& c, std::uint32_t events) {
  if (c.dead) return;
  if (events & EPOLLERR) {
    // A guest that waits for the connection hears of it; on one that is open the error is in what is read.
    if (c.phase == Connection::Phase::open) {
      c.readable = c.ends = true;  // behind what is left to read
      return schedule(c);
    }
    if (c.phase != Connection::Phase::asking)
      send_reset(c.pair, {0, 0, c.expected - 1, c.phase == Connection::Phase::answered ? c.next : 0, kSyn});
    return destroy(c);
  }
  c.readable |= (events & EPOLLIN) != 0;
  c.ends |= (events & (EPOLLRDHUP | EPOLLHUP)) != 0;
  if (c.phase == Connection::Phase::connecting && events & EPOLLOUT) {
    c.phase = Connection::Phase::answered;
    c.wants_syn = true;
    c.resend_due = now_ + kResendAfter;
    arm(c);
  }
  if (c.phase == Connection::Phase::open && events & EPOLLOUT && !c.to_host.empty()) drain_to_host(c);
  if (!c.dead) schedule(c);
}

void Tcp::forget() {
  for (Connection* c = all_.first(); c;) {
    Connection* behind = decltype(all_)::behind(*c);
    if (c->phase != Connection::Phase::asking) abort(*c);
    c = behind;
  }
}

bool Tcp::ended(const Connection& c) const {
  return c.phase == Connection::Phase::open && c.guest_done && c.told_host && c.host_done && c.fin_taken &&
         !c.wants_ack;
}

/// The host's client hears of it: an end that isn't one must not look like it.
void Tcp::abort(Connection& c) {
  if (c.dead) return;
  const linger now{1, 0};
  setsockopt(c.file, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  destroy(c);
}

void Tcp::destroy(Connection& c) {
  if (c.dead) return;
  c.dead = true;
  if (c.listener) --clients_;
  if (c.listener && c.phase == Connection::Phase::asking) --c.listener->asked;
  if (c.known) table_.erase(c.pair);
  close(c.file);
  c.file = -1;
  queued_ -= c.to_guest.size() + c.to_host.size();
  c.to_guest.clear();
  c.to_host.clear();
  ready_.remove(c);
  timed_.remove(c);
  all_.remove(c);
  --count_;
  c.all.behind = dead_;
  dead_ = &c;
}

// Not before the round's end: epoll may have told of it in the same breath.
void Tcp::collect() {
  while (dead_) delete std::exchange(dead_, dead_->all.behind);
}

}  // namespace wick::monitor
