// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/udp.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>

namespace wick::monitor {
namespace {

constexpr std::int64_t kIdle = 60'000, kPiecesLive = 5'000, kAskAgain = 40;
constexpr unsigned kMaxAtOnce = 32;
constexpr std::size_t kMaxPieces = 8;  ///< datagrams that are put together at a time

std::uint8_t scratch[65'536];

}  // namespace

void Udp::start(std::uint64_t seed) { table_ = decltype(table_)(64, PairHash{seed}); }

Udp::Flow* Udp::find(const Pair& pair) {
  const auto at = table_.find(pair);
  return at == table_.end() ? nullptr : at->second;
}

void Udp::touch(Flow& flow) {
  flow.due = now_ + kIdle;
  age_.remove(flow);
  age_.add(flow);
}

Udp::Flow* Udp::make(const Pair& pair) {
  while (table_.size() >= kMax && oldest()) end(*oldest());
  auto* flow = new (std::nothrow) Flow;
  if (!flow) return nullptr;
  flow->pair = pair;
  table_.emplace(pair, flow);
  touch(*flow);
  return flow;
}

void Udp::end(Flow& flow) {
  if (flow.dead) return;
  flow.dead = true;
  table_.erase(flow.pair);
  age_.remove(flow);
  if (!flow.port && flow.file >= 0) close(flow.file);
  flow.age.behind = dead_;
  dead_ = &flow;
}

void Udp::collect() {
  while (dead_) delete std::exchange(dead_, dead_->age.behind);
}

/// The guest's first datagram to somewhere.
Udp::Flow* Udp::begin(const Pair& pair) {
  const bool asks = reach_.is_name_server(pair.peer);
  const auto there = reach_.socket_address(pair.peer, true);
  if (!there) {
    router_.send_unreachable(pair);
    return nullptr;
  }
  const SocketAddress& address = *there;
  const int file = socket(address.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);
  if (file < 0) return nullptr;
  if (connect(file, &address.any, address.length()) != 0) {
    close(file);
    router_.send_unreachable(pair);
    return nullptr;
  }
  Flow* flow = make(pair);
  if (!flow) {
    close(file);
    return nullptr;
  }
  flow->file = file;
  flow->asks_names = asks && reach_.has_list();
  if (!poller_.add(*flow, EPOLLIN)) {
    end(*flow);
    return nullptr;
  }
  return flow;
}

void Udp::take(const Packet& packet) {
  handle({{packet.from, packet.udp.from}, {packet.to, packet.udp.to}}, packet.udp);
}

void Udp::handle(const Pair& pair, const UdpDatagram& datagram) {
  // What is for everybody on the wire is for nobody here.
  const Address& to = pair.peer.address;
  if (to.bytes[0] == 0xff || to == Address::v4(INADDR_BROADCAST) || to == Address::v4(kNet4 | ~kMask4)) return;
  if (to.is_v4() && to.to_v4() >> 28 == 14) return;
  Flow* flow = find(pair);
  if (!flow) flow = begin(pair);
  if (!flow) return;
  touch(*flow);
  if (flow->port) {
    sendto(flow->port->file, datagram.data.data(), datagram.data.size(), MSG_DONTWAIT, &flow->client.any,
           flow->client.length());
    return;
  }
  Bytes data = datagram.data;
  if (flow->asks_names) {
    const auto question = names_.ask(data, pair.guest, [&](std::string_view name) { return reach_.names(name); });
    if (!question.refusal.empty()) wire_.send_udp(pair.peer, pair.guest, question.refusal);
    if (question.query.empty()) return;
    send(flow->file, question.query.data(), question.query.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return;
  }
  // The error of an earlier datagram comes with this one, which isn't sent then (udp(7)).
  for (unsigned tries = 0; tries < 2; ++tries)
    if (send(flow->file, data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno != ECONNREFUSED) break;
}

void Udp::answer_name(Flow& flow, Bytes data) {
  const auto answer = names_.answer(data, flow.pair.guest);
  for (const Address& address : answer.addresses) reach_.pin(answer.name, address);
  const auto closed = [&](const Address& address) { return !reach_.may_be_outside(address); };
  if (answer.message.empty()) return;
  const bool refused = std::ranges::any_of(answer.addresses, closed);
  wire_.send_udp(flow.pair.peer, flow.pair.guest, refused ? answer.refusal : answer.message);
}

void Udp::receive(Source& source) {
  auto& flow = static_cast<Flow&>(source);
  for (unsigned count = 0; count < kMaxAtOnce && !flow.dead; ++count) {
    const ssize_t got = recv(flow.file, scratch, sizeof scratch, MSG_DONTWAIT);
    if (got < 0) {
      if (errno == ECONNREFUSED) router_.send_unreachable(flow.pair);
      if (errno != EINTR) return;
      continue;
    }
    touch(flow);
    const Bytes data(scratch, static_cast<std::size_t>(got));
    if (flow.asks_names)
      answer_name(flow, data);
    else
      wire_.send_udp(flow.pair.peer, flow.pair.guest, data);
  }
}

void Udp::receive(DatagramPort& port) {
  if (!router_.has_address()) {  // the kernel keeps them until the guest is there
    router_.ask();
    poller_.change(port, 0);
    waiting_.push_back(&port);
    ask_due_ = now_ + kAskAgain;
    return;
  }
  for (unsigned count = 0; count < kMaxAtOnce; ++count) {
    SocketAddress from;
    socklen_t length = sizeof from;
    const ssize_t got = recvfrom(port.file, scratch, sizeof scratch, MSG_DONTWAIT, &from.any, &length);
    if (got < 0 && errno == EAGAIN) return;
    if (got < 0) continue;  // an ICMP error of an earlier answer
    Endpoint client = from.endpoint();
    if (is_near(client.address)) client.address = kHost4;
    if (!router_.address().is_v4()) client.address = kHost6;
    Pair pair{{router_.address(), port.forward.guest_port}, client};
    Flow* flow = find(pair);
    if (flow && (flow->port != &port || flow->client.endpoint() != from.endpoint())) {
      end(*flow);
      flow = nullptr;
    }
    if (!flow && !(flow = make(pair))) return;
    flow->port = &port;
    flow->client = from;
    touch(*flow);
    wire_.send_udp(pair.peer, pair.guest, {scratch, static_cast<std::size_t>(got)});
  }
}

/// RFC 791 §3.2, for datagrams that the guest has cut: it sends the pieces in order and each once.
void Udp::take_fragment(const Packet& packet) {
  std::erase_if(pieces_, [&](const Pieces& pieces) { return pieces.due < now_; });
  auto at = std::ranges::find_if(pieces_, [&](const Pieces& pieces) {
    return pieces.id == packet.fragment_id && pieces.from == packet.from && pieces.to == packet.to;
  });
  if (at == pieces_.end()) {
    if (pieces_.size() == kMaxPieces) pieces_.erase(pieces_.begin());
    pieces_.push_back({packet.from, packet.to, packet.fragment_id, now_ + kPiecesLive, 0, 0, {}});
    at = pieces_.end() - 1;
  }
  Pieces& pieces = *at;
  const std::size_t begin = packet.fragment_offset, end = begin + packet.fragment.size();
  const auto next = pieces.parts.lower_bound(packet.fragment_offset);
  const bool over_next = next != pieces.parts.end() && next->first < end;
  const bool over_last =
      next != pieces.parts.begin() && std::prev(next)->first + std::prev(next)->second.size() > begin;
  const bool beyond = pieces.end && (end > pieces.end || !packet.more_fragments);
  const bool short_of = !packet.more_fragments && !pieces.parts.empty() && pieces.parts.rbegin()->first >= end;
  if (over_next || over_last || beyond || short_of) {  // nothing that may overlap is put together
    pieces_.erase(at);
    return;
  }
  pieces.parts.emplace(packet.fragment_offset,
                       std::vector<std::uint8_t>(packet.fragment.begin(), packet.fragment.end()));
  pieces.have += packet.fragment.size();
  if (!packet.more_fragments) pieces.end = end;
  if (!pieces.end || pieces.have != pieces.end) return;
  std::vector<std::uint8_t> whole;
  whole.reserve(pieces.have);
  for (const auto& [offset, bytes] : pieces.parts) whole.insert(whole.end(), bytes.begin(), bytes.end());
  pieces_.erase(at);
  if (const auto datagram = read_udp(whole, packet.from, packet.to, false))
    handle({{packet.from, datagram->from}, {packet.to, datagram->to}}, *datagram);
}

void Udp::run_timers() {
  while (oldest() && oldest()->due <= now_) end(*oldest());
  if (ask_due_ > now_) return;
  if (!router_.has_address()) {
    router_.ask();
    ask_due_ = now_ + kAskAgain;
    return;
  }
  for (DatagramPort* port : waiting_) poller_.change(*port, EPOLLIN);
  waiting_.clear();
  ask_due_ = kNeverDue;
}

}  // namespace wick::monitor
