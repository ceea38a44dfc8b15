// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/resolver/lookup.h"

#include <cstdlib>
#include <cstring>

#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/ip.h"
#include "lwip/ip6.h"
#include "lwip/prot/dhcp.h"
#include "net/sockets/internet.h"
#include "sched/thread.h"
#include "time/clock.h"

namespace wick::net {
namespace {

using namespace dns;

constexpr std::uint16_t kPort = 53;
constexpr unsigned kRounds = 3;
constexpr std::uint64_t kTimeout[kRounds] = {2000, 3000, 5000};  ///< milliseconds for each server of a round
constexpr std::uint64_t kTcpTimeout = 5000, kWaitForServers = 8000, kPollMs = 50;

struct Question {
  Type type;
  std::uint16_t id;
  std::uint8_t bytes[kMaxQuestion];
  std::size_t length;
  bool settled = false;
  Code code = Code::server_failed;
};

void add_address(void* context, std::span<const std::uint8_t> address) {
  static_cast<Addresses*>(context)->add(address);
}

void ignore_address(void*, std::span<const std::uint8_t>) {}

struct Closing {
  Socket* socket;
  ~Closing() { socket->destroy(); }
};

bool receive_all(Socket& socket, void* to, std::size_t bytes) {
  auto* at = static_cast<std::uint8_t*>(to);
  while (bytes != 0) {
    const fs::Outcome got = socket.read(at, bytes);
    if (got <= 0) return false;
    at += got;
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

/// RFC 1035 §4.2.2: as a datagram, with the length in front. @return whether the question is settled
bool ask_by_tcp(const Endpoint& server, const Name& name, Question& question, Addresses& to) {
  InternetSocket* socket = make_stream_socket(IP_IS_V6_VAL(server.address) ? AF_INET6 : AF_INET);
  if (!socket) return false;
  const Closing closing{socket};
  socket->send_timeout = socket->receive_timeout = time::milliseconds(kTcpTimeout);
  std::uint8_t framed[2 + kMaxQuestion] = {static_cast<std::uint8_t>(question.length >> 8),
                                           static_cast<std::uint8_t>(question.length)};
  std::memcpy(framed + 2, question.bytes, question.length);
  const std::size_t bytes = question.length + 2;
  if (socket->connect(server) != 0 || socket->write(framed, bytes) != static_cast<fs::Outcome>(bytes) ||
      !receive_all(*socket, framed, 2)) {
    return false;
  }
  const std::size_t length = framed[0] * 256u + framed[1];
  auto* message = static_cast<std::uint8_t*>(std::malloc(length + 1));
  if (!message) return false;
  Answer answer;
  if (receive_all(*socket, message, length)) {
    answer = read_answer({message, length}, question.id, name, question.type, add_address, &to);
  }
  std::free(message);
  if (!answer.valid) return false;
  question.code = answer.code;
  if (answer.code == Code::good) (void)write_name(answer.name, to.canonical);
  return answer.code == Code::good || answer.code == Code::no_such_name;
}

/// One answer by datagram. @return whether the question is settled
bool take_answer(const Endpoint& server, std::span<const std::uint8_t> message, const Name& name, Question& question,
                 Addresses& to) {
  const Answer seen = read_answer(message, question.id, name, question.type, ignore_address, nullptr);
  if (!seen.valid) return false;
  if (seen.truncated) return ask_by_tcp(server, name, question, to);
  question.code = seen.code;
  if (seen.code == Code::good) {
    (void)read_answer(message, question.id, name, question.type, add_address, &to);
    (void)write_name(seen.name, to.canonical);
  }
  return seen.code == Code::good || seen.code == Code::no_such_name;
}

/// Asks one server what is not settled yet, and waits for as long as it may take.
void ask(const Endpoint& server, const Name& name, std::span<Question> questions, std::uint64_t timeout,
         Addresses& to) {
  InternetSocket* socket = make_datagram_socket(IP_IS_V6_VAL(server.address) ? AF_INET6 : AF_INET);
  if (!socket) return;
  const Closing closing{socket};
  if (socket->connect(server) != 0) return;
  unsigned open = 0;
  for (Question& question : questions) {
    if (question.settled) continue;
    question.id = static_cast<std::uint16_t>(wick_net_random());
    question.length = write_question(question.bytes, question.id, name, question.type);
    if (socket->write(question.bytes, question.length) < 0) return;
    ++open;
  }
  const Nanoseconds until = time::deadline(time::milliseconds(timeout));
  while (open != 0) {
    const Nanoseconds now = time::now();
    if (raw(now) >= raw(until)) return;
    socket->receive_timeout = Nanoseconds{raw(until) - raw(now)};
    std::uint8_t message[kMaxDatagram];
    const fs::Outcome got = socket->read(message, sizeof(message));
    if (got < 0) return;  // silence, or nobody is there
    for (Question& question : questions) {
      const std::span<const std::uint8_t> bytes{message, static_cast<std::size_t>(got)};
      if (question.settled || id_of(bytes) != question.id) continue;
      const Code before = question.code;
      question.code = static_cast<Code>(0xff);
      question.settled = take_answer(server, bytes, name, question, to);
      if (question.code == static_cast<Code>(0xff)) {
        question.code = before;  // not an answer to it: the right one may still come
        if (!question.settled) continue;
      }
      --open;
      break;
    }
  }
}

bool dhcp_under_way() {
  netif* interface;
  NETIF_FOREACH(interface) {
    const dhcp* client = netif_dhcp_data(interface);
    if (client && client->state != DHCP_STATE_OFF && client->state != DHCP_STATE_BOUND &&
        client->state != DHCP_STATE_RENEWING && client->state != DHCP_STATE_REBINDING) {
      return true;
    }
  }
  return false;
}

/// An address of IPv6 is there before its neighbours have let it pass (RFC 4862 §5.4).
bool address_under_way() {
  netif* interface;
  NETIF_FOREACH(interface) {
    for (s8_t at = 0; at < LWIP_IPV6_NUM_ADDRESSES; ++at) {
      if (ip6_addr_istentative(netif_ip6_addr_state(interface, at))) return true;
    }
  }
  return false;
}

/// Whether there is a way to it, and an address to ask from.
bool can_be_asked(const ip_addr_t& server) {
  if (ip_addr_isany_val(server)) return false;
  netif* way = ip_route(IP_IS_V6_VAL(server) ? IP6_ADDR_ANY : IP4_ADDR_ANY, &server);
  if (!way) return false;
  if (!IP_IS_V6_VAL(server)) return !ip4_addr_isany(netif_ip4_addr(way));
  const ip_addr_t* from = ip6_select_source_address(way, ip_2_ip6(&server));
  return from && (!ip6_addr_islinklocal(ip_2_ip6(from)) || ip6_addr_islinklocal(ip_2_ip6(&server)));
}

bool one_can_be_asked() {
  for (u8_t number = 0; number < DNS_MAX_SERVERS; ++number) {
    if (can_be_asked(*dns_getserver(number))) return true;
  }
  return false;
}

/// A program may ask before the first address is there.
void wait_for_servers() {
  const Nanoseconds until = time::deadline(time::milliseconds(kWaitForServers));
  while (!one_can_be_asked() && (dhcp_under_way() || address_under_way()) && raw(time::now()) < raw(until)) {
    sched::sleep_until(time::deadline(time::milliseconds(kPollMs)));
  }
}

Trouble trouble_of(std::span<const Question> questions, const Addresses& found) {
  if (found.count != 0) return Trouble::none;
  if (found.no_memory) return Trouble::no_memory;
  for (const Question& question : questions) {
    if (question.code == Code::no_such_name) return Trouble::no_such_name;
  }
  for (const Question& question : questions) {
    if (question.settled) continue;
    return question.code == Code::server_failed ? Trouble::again : Trouble::refused;
  }
  return Trouble::no_address;
}

}  // namespace

void Addresses::add(std::span<const std::uint8_t> address) {
  if (count == room) {
    const std::size_t more = room == 0 ? 8 : 2 * room;
    auto* larger = static_cast<ip_addr_t*>(std::realloc(list, more * sizeof(ip_addr_t)));
    if (!larger) {
      no_memory = true;
      return;
    }
    list = larger;
    room = more;
  }
  ip_addr_t& to = list[count++];
  to = {};
  if (address.size() == 4) {
    std::memcpy(&ip_2_ip4(&to)->addr, address.data(), 4);
    IP_SET_TYPE_VAL(to, IPADDR_TYPE_V4);
  } else {
    std::memcpy(ip_2_ip6(&to)->addr, address.data(), 16);
    IP_SET_TYPE_VAL(to, IPADDR_TYPE_V6);
  }
}

void Addresses::release() {
  std::free(list);
  list = nullptr;
  count = room = 0;
}

Trouble look_up(std::string_view text, bool ipv4, bool ipv6, Addresses& to) {
  const auto name = make_name(text);
  if (!name) return Trouble::no_such_name;
  (void)write_name(*name, to.canonical);
  Question questions[2];
  unsigned count = 0;
  if (ipv4) questions[count++].type = Type::a;
  if (ipv6) questions[count++].type = Type::aaaa;
  const std::span<Question> asked{questions, count};
  auto settled = [&] {
    for (const Question& question : asked) {
      if (!question.settled) return false;
    }
    return true;
  };
  wait_for_servers();
  // Addresses of one kind don't wait for servers that never answer for the other.
  for (unsigned round = 0; round < kRounds && !settled() && to.count == 0; ++round) {
    for (u8_t number = 0; number < DNS_MAX_SERVERS && !settled(); ++number) {
      const ip_addr_t* server = dns_getserver(number);
      if (!ip_addr_isany(server)) ask({*server, kPort}, *name, asked, kTimeout[round], to);
    }
  }
  return trouble_of(asked, to);
}

}  // namespace wick::net
