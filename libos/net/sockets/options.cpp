// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// setsockopt() and getsockopt() for options whose value is an int; timeouts and SO_LINGER are in calls.cpp. The socket
// keeps them (net/sockets/socket.h) and puts them into lwIP's control block whenever it has one.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>

#include "net/sockets/datagram.h"
#include "net/sockets/stream.h"
#include "time/clock.h"

namespace wick::net {
namespace {

constexpr int kMilliseconds = 1000;
constexpr int kMinBuffer = 2048;

/// As Linux does, whose books count twice what is asked for.
int buffer_size(int wanted) { return 2 * std::clamp(wanted, kMinBuffer / 2, kMaxBuffer / 2); }

}  // namespace

int InternetSocket::set_option(int level, int option, int value) {
  auto set = [this](auto& field, auto to) {
    field = to;
    apply_options();
    return 0;
  };
  if (level == SOL_SOCKET) {
    switch (option) {
      case SO_REUSEADDR:
      case SO_REUSEPORT:
        return set(options_.reuse, value != 0);
      case SO_KEEPALIVE:
        return set(options_.keep_alive, value != 0);
      case SO_BROADCAST:
        return set(options_.broadcast, value != 0);
      case SO_SNDBUF:
        return set(options_.send_buffer, buffer_size(value));
      case SO_RCVBUF:
        return set(options_.receive_buffer, buffer_size(value));
      case SO_RCVLOWAT:
        if (value < 0) value = kMaxBuffer / 2;
        return set(options_.low_water, std::clamp(value, 1, kMaxBuffer / 2));
      default:
        return -ENOPROTOOPT;
    }
  }
  if ((level == IPPROTO_IP && option == IP_TTL) || (level == IPPROTO_IPV6 && option == IPV6_UNICAST_HOPS)) {
    if (value < 1 || value > 255) return -EINVAL;
    return set(options_.hops, static_cast<std::uint8_t>(value));
  }
  if (level == IPPROTO_IP && option == IP_TOS) return set(options_.service, static_cast<std::uint8_t>(value));
  if (level == IPPROTO_IPV6 && option == IPV6_V6ONLY) {
    if (bound() || family_ != AF_INET6) return -EINVAL;
    return set(options_.only_ipv6, value != 0);
  }
  return set_kind_option(level, option, value);
}

int InternetSocket::get_option(int level, int option) const {
  if (level == SOL_SOCKET) {
    switch (option) {
      case SO_REUSEADDR:
      case SO_REUSEPORT:
        return options_.reuse;
      case SO_KEEPALIVE:
        return options_.keep_alive;
      case SO_BROADCAST:
        return options_.broadcast;
      case SO_SNDBUF:
        return options_.send_buffer;
      case SO_RCVBUF:
        return options_.receive_buffer;
      case SO_RCVLOWAT:
        return options_.low_water;
      case SO_SNDLOWAT:
        return 1;
      default:
        return get_kind_option(level, option);
    }
  }
  if ((level == IPPROTO_IP && option == IP_TTL) || (level == IPPROTO_IPV6 && option == IPV6_UNICAST_HOPS)) {
    return options_.hops;
  }
  if (level == IPPROTO_IP && option == IP_TOS) return options_.service;
  if (level == IPPROTO_IPV6 && option == IPV6_V6ONLY) return options_.only_ipv6;
  return get_kind_option(level, option);
}

void StreamSocket::apply_options() {
  if (!pcb_) return;
  if (state_ == State::fresh) {
    IP_SET_TYPE_VAL(pcb_->local_ip, lwip_type(family_, options_.only_ipv6));
    IP_SET_TYPE_VAL(pcb_->remote_ip, lwip_type(family_, options_.only_ipv6));
  }
  apply_common(options_, pcb_);
  notify(POLLIN | POLLOUT);  // a smaller or larger buffer, or another low water mark
  if (state_ == State::listening) return;
  if (options_.no_delay) {
    tcp_nagle_disable(pcb_);
  } else {
    tcp_nagle_enable(pcb_);
  }
  pcb_->keep_idle = static_cast<u32_t>(options_.keep_idle * kMilliseconds);
  pcb_->keep_intvl = static_cast<u32_t>(options_.keep_interval * kMilliseconds);
  pcb_->keep_cnt = static_cast<u32_t>(options_.keep_count);
  tcp_poll(pcb_, options_.user_timeout != 0 ? on_tick : nullptr, 1);
}

int StreamSocket::set_kind_option(int level, int option, int value) {
  if (level != IPPROTO_TCP) return -ENOPROTOOPT;
  auto seconds = [&](int& field, int most) {
    if (value < 1 || value > most) return -EINVAL;
    field = value;
    apply_options();
    return 0;
  };
  switch (option) {
    case TCP_NODELAY:
      options_.no_delay = value != 0;
      apply_options();
      if (value != 0 && state_ == State::connected && pcb_) tcp_output(pcb_);
      return 0;
    case TCP_KEEPIDLE:
      return seconds(options_.keep_idle, 32767);
    case TCP_KEEPINTVL:
      return seconds(options_.keep_interval, 32767);
    case TCP_KEEPCNT:
      return seconds(options_.keep_count, 127);
    case TCP_USER_TIMEOUT:
      if (value < 0) return -EINVAL;
      options_.user_timeout = static_cast<unsigned>(value);
      progress_ = time::now();
      apply_options();
      return 0;
    default:
      return -ENOPROTOOPT;
  }
}

int StreamSocket::get_kind_option(int level, int option) const {
  if (level == SOL_SOCKET && option == SO_ACCEPTCONN) return state_ == State::listening;
  if (level != IPPROTO_TCP) return -ENOPROTOOPT;
  switch (option) {
    case TCP_NODELAY:
      return options_.no_delay;
    case TCP_MAXSEG:
      return pcb_ && state_ != State::listening ? pcb_->mss : TCP_MSS;
    case TCP_KEEPIDLE:
      return options_.keep_idle;
    case TCP_KEEPINTVL:
      return options_.keep_interval;
    case TCP_KEEPCNT:
      return options_.keep_count;
    case TCP_USER_TIMEOUT:
      return static_cast<int>(options_.user_timeout);
    default:
      return -ENOPROTOOPT;
  }
}

void DatagramSocket::apply_options() {
  if (!bound() && (pcb_->flags & UDP_FLAGS_CONNECTED) == 0) {
    IP_SET_TYPE_VAL(pcb_->local_ip, lwip_type(family_, options_.only_ipv6));
    IP_SET_TYPE_VAL(pcb_->remote_ip, lwip_type(family_, options_.only_ipv6));
  }
  apply_common(options_, pcb_);
}

int DatagramSocket::set_kind_option(int, int, int) { return -ENOPROTOOPT; }

int DatagramSocket::get_kind_option(int level, int option) const {
  return level == SOL_SOCKET && option == SO_ACCEPTCONN ? 0 : -ENOPROTOOPT;
}

}  // namespace wick::net
