// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The way of syslog()'s messages to their server. While there is no address yet, or the neighbour's is being asked for,
// they stand in a row here, since lwIP would drop the oldest; a thread empties it and ends.

#include "net/log_server.h"

#include <cstring>

#include "abi/server.h"
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
/// After so long a silence the first message goes alone, and the others when its neighbour has answered. lwIP asks it
/// again each second, and gives up after 5 (ARP_MAXPENDING): until then all but the last few would be dropped.
constexpr Nanoseconds kSilence = time::seconds(20), kAlone = time::seconds(6);
constexpr std::uint64_t kLingerMilliseconds = 5000;

struct Row {
  pbuf* messages[kMost];
  unsigned first, count;
  Endpoint server;
  udp_pcb* block;
  Nanoseconds last, alone_until;
  bool emptied;  ///< a thread does it
};
constinit Row row{};

bool set_server(std::string_view text) {
  const auto server = read_server(text);
  char room[IPADDR_STRLEN_MAX + 1];
  if (!server || server->address.size() >= sizeof room) return false;
  server->address.copy(room, server->address.size());
  room[server->address.size()] = '\0';
  if (!ipaddr_aton(room, &row.server.address)) return false;
  row.server.port = server->port ? server->port : kPort;
  return true;
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
}

constinit boot::End end{finish};

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
  boot::at_end(end);
  return true;
}

}  // namespace

bool send_to_log_server(std::string_view server, std::span<const char> message) {
  const sched::Guard guard(sched::State::network);
  if (row.server.port == 0 && !set_server(server)) return false;
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
