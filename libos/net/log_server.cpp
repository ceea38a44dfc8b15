// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The way of syslog()'s messages to their server. While there is no address yet, or the neighbour's is being asked for,
// they stand in a row here, since lwIP would drop the oldest; a thread empties it and ends.

#include "net/log_server.h"

#include <charconv>
#include <cstring>

#include "boot/config.h"
#include "boot/end.h"
#include "lwip/udp.h"
#include "net/drain.h"
#include "net/sockets/address.h"
#include "net/stack.h"
#include "sched/lock.h"
#include "sched/thread.h"
#include "time/clock.h"

namespace wick::net {
namespace {

constexpr std::uint16_t kPort = 514;
constexpr unsigned kMost = 64;  ///< in the row; what comes on top is in the appliance's log only
constexpr std::size_t kStack = 16 * 1024;
constexpr Nanoseconds kPause = time::milliseconds(10);
/// After so long a silence the first message goes alone, and the others when its neighbour has answered, or hasn't for
/// so long.
constexpr Nanoseconds kSilence = time::seconds(20), kAlone = time::seconds(1);
constexpr std::uint64_t kLingerMilliseconds = 5000;

struct Row {
  pbuf* messages[kMost];
  unsigned first, count;
  Endpoint server;
  udp_pcb* block;
  Nanoseconds last, alone_until;
  bool emptied;  ///< a thread does it
  void (*end_of_others)();
};
constinit Row row{};

bool read_server(std::string_view text, Endpoint& server) {
  char room[IPADDR_STRLEN_MAX + 1];
  const bool brackets = text.starts_with('[');
  const std::size_t colon = text.find(':');
  const bool one_colon = colon == text.rfind(':');  // IPv6 has more
  const std::size_t end = brackets ? text.find(']') : one_colon ? colon : text.npos;
  std::string_view address = text.substr(0, end), port;
  if (brackets) {
    if (end == text.npos) return false;
    address.remove_prefix(1);
    port = text.substr(end + 1);
  } else if (end != text.npos) {
    port = text.substr(end);
  }
  if (address.size() >= sizeof room) return false;
  address.copy(room, address.size());
  room[address.size()] = '\0';
  server.port = kPort;
  if (!ipaddr_aton(room, &server.address) || (brackets && !IP_IS_V6(&server.address))) return false;
  if (port.empty()) return true;
  const auto [rest, error] = std::from_chars(port.data() + 1, port.data() + port.size(), server.port);
  return port[0] == ':' && error == std::errc{} && rest == port.data() + port.size() && server.port != 0;
}

/// Whether there is a way and an address to come from: an IPv6 one of the link alone is too early.
bool has_way() {
  netif* const interface = ip_route(&row.block->local_ip, &row.server.address);
  const ip_addr_t* const source = interface ? ip_netif_get_local_ip(interface, &row.server.address) : nullptr;
  return source && !(IP_IS_V6(source) && ip6_addr_islinklocal(ip_2_ip6(source)));
}

/// As many as may go now.
void send_row() {
  while (row.count != 0) {
    const Nanoseconds now = time::now();
    if (!has_way() || (raw(now) < raw(row.alone_until) && pending().frames != 0)) return;
    if (raw(row.last) == 0 || raw(now) - raw(row.last) > raw(kSilence)) row.alone_until = now + kAlone;
    row.last = now;
    pbuf* const message = row.messages[row.first];
    row.first = (row.first + 1) % kMost;
    row.count--;
    (void)udp_sendto(row.block, message, &row.server.address, row.server.port);
    pbuf_free(message);
    stack().expect_loopback();
  }
}

void empty_row(void*) {
  const sched::Guard guard(sched::State::network);
  for (send_row(); row.count != 0; send_row()) sched::sleep_until(time::now() + kPause);
  row.emptied = false;
}

/// No other thread runs any more: takes the stack's turns itself.
void finish() {
  const Nanoseconds until = time::deadline(time::milliseconds(config::get_number("run.linger", kLingerMilliseconds)));
  for (send_row(); row.count != 0 && raw(time::now()) < raw(until); send_row()) {
    (void)stack().turn(time::now());
    if (stack().arm()) sched::idle_until(time::now() + kPause);
  }
  row.end_of_others();
}

bool open() {
  if (row.block) return true;
  udp_pcb* const block = udp_new_ip_type(IPADDR_TYPE_ANY);
  if (!block) return false;
  const std::uint16_t port = pick_port([](std::uint16_t wanted) {
    for (const udp_pcb* other = udp_pcbs; other; other = other->next) {
      if (other->local_port == wanted) return true;
    }
    return false;
  });
  if (port == 0 || udp_bind(block, IP_ANY_TYPE, port) != ERR_OK) {
    udp_remove(block);
    return false;
  }
  row.block = block;
  row.end_of_others = boot::at_end;
  boot::at_end = finish;
  return true;
}

}  // namespace

bool send_to_log_server(std::string_view server, std::span<const char> message) {
  const sched::Guard guard(sched::State::network);
  if (row.server.port == 0 && !read_server(server, row.server)) {
    row.server.port = 0;
    return false;
  }
  if (!open() || row.count == kMost) return true;
  pbuf* const packet = pbuf_alloc(PBUF_TRANSPORT, static_cast<u16_t>(message.size()), PBUF_RAM);
  if (!packet) return true;
  std::memcpy(packet->payload, message.data(), message.size());
  row.messages[(row.first + row.count++) % kMost] = packet;
  send_row();
  if (row.count != 0 && !row.emptied) row.emptied = ok(sched::spawn("syslog", empty_row, nullptr, kStack).status);
  return true;
}

}  // namespace wick::net
