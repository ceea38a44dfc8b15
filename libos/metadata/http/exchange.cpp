// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See exchange.h. lwIP's callbacks run within the turns that are taken here.

#include "metadata/http/exchange.h"

#include <cstdlib>
#include <new>

#include "lwip/tcp.h"
#include "metadata/http/answer.h"
#include "net/stack.h"
#include "sched/lock.h"
#include "sched/thread.h"
#include "time/clock.h"

namespace wick::metadata::http {

namespace {

constexpr std::uint16_t kPort = 80;
constexpr std::string_view kCommon =
    " HTTP/1.1\r\nHost: 169.254.169.254\r\nUser-Agent: wick\r\nAccept: */*\r\nConnection: close\r\nContent-Length: "
    "0\r\n";

/// Until `done` or the instant. @return whether it is done
template <typename Done>
bool take_turns(Nanoseconds until, Done done) {
  net::Stack& all = net::stack();
  for (;;) {
    const Nanoseconds now = time::now(), next = all.turn(now);
    if (done()) return true;
    if (raw(now) >= raw(until)) return false;
    if (all.arm()) sched::idle_until(raw(next) < raw(until) ? next : until);
  }
}

class Exchange {
 public:
  Exchange(const Request& request, Text& to) : request_(request), answer_(request.signature, to) {}
  Exchange(const Exchange&) = delete;

  ~Exchange() {
    if (!block_) return;
    tcp_arg(block_, nullptr);
    tcp_recv(block_, nullptr);
    tcp_err(block_, nullptr);
    if (!answer_.is_over() || tcp_close(block_) != ERR_OK) tcp_abort(block_);
  }

  Outcome run(Nanoseconds until) {
    constexpr ip_addr_t kService = IPADDR4_INIT_BYTES(169, 254, 169, 254);
    block_ = tcp_new();
    if (!block_) return {Outcome::Is::fault, "is not asked, as there is no memory for a connection"};
    tcp_arg(block_, this);
    tcp_recv(block_, received);
    tcp_err(block_, failed);
    if (tcp_connect(block_, &kService, kPort, connected) != ERR_OK)
      return {Outcome::Is::fault, "is not asked, as there is no route to it"};
    if (take_turns(until, [&] { return answer_.is_over() || !block_; }) && answer_.is_over()) return answer_.outcome();
    if (!block_) return {Outcome::Is::fault, is_connected_ ? "breaks the connection off" : "takes no connection"};
    return {Outcome::Is::fault, is_connected_ ? "has not answered in time" : "can't be reached in time"};
  }

 private:
  static err_t connected(void* argument, tcp_pcb* block, err_t) {
    auto& self = *static_cast<Exchange*>(argument);
    const auto& [method, target, header, signature] = self.request_;
    self.is_connected_ = true;
    bool good = true;
    const auto write = [&](std::string_view piece) {
      good &= tcp_write(block, piece.data(), static_cast<u16_t>(piece.size()), TCP_WRITE_FLAG_COPY) == ERR_OK;
    };
    for (const std::string_view piece : {method, std::string_view(" "), target, kCommon}) write(piece);
    if (!header.name.empty())
      for (const std::string_view piece : {header.name, std::string_view(": "), header.value, std::string_view("\r\n")})
        write(piece);
    write("\r\n");
    if (good) return tcp_output(block);
    self.block_ = nullptr;
    tcp_abort(block);
    return ERR_ABRT;
  }

  static err_t received(void* argument, tcp_pcb* block, pbuf* packet, err_t) {
    auto& self = *static_cast<Exchange*>(argument);
    if (!packet) {
      self.answer_.end();
      return ERR_OK;
    }
    for (const pbuf* piece = packet; piece; piece = piece->next) {
      self.answer_.take({static_cast<const char*>(piece->payload), piece->len});
      tcp_recved(block, piece->len);
    }
    pbuf_free(packet);
    return ERR_OK;
  }

  static void failed(void* argument, err_t) { static_cast<Exchange*>(argument)->block_ = nullptr; }

  const Request& request_;
  Answer answer_;
  tcp_pcb* block_ = nullptr;
  bool is_connected_ = false;
};

}  // namespace

bool wait_for_address(Nanoseconds until) {
  const sched::Guard guard(sched::State::network);
  return take_turns(until, [] { return netif_default && !ip4_addr_isany_val(*netif_ip4_addr(netif_default)); });
}

Outcome ask(const Request& request, Text& to, Nanoseconds until) {
  const sched::Guard guard(sched::State::network);
  void* const room = std::malloc(sizeof(Exchange));
  if (!room) return {Outcome::Is::fault, "is not asked, as there is no memory for its answer"};
  auto* const exchange = new (room) Exchange(request, to);
  const Outcome outcome = exchange->run(until);
  exchange->~Exchange();
  std::free(room);
  return outcome;
}

}  // namespace wick::metadata::http
