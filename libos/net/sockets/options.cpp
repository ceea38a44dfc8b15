// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// setsockopt() and getsockopt() for options whose value is an int; timeouts and SO_LINGER are in calls.cpp, TCP's in
// stream_options.cpp. The socket
// keeps them (net/sockets/socket.h) and puts them into lwIP's control block whenever it has one.

#include <netinet/in.h>

#include <algorithm>

#include "net/sockets/datagram.h"

namespace wick::net {
namespace {

constexpr int kMinBuffer = 2048;

/// As Linux does, whose books count twice what is asked for.
int buffer_size(int wanted) { return 2 * std::clamp(wanted, kMinBuffer / 2, kMaxBuffer / 2); }

bool is_service(int level, int option) {
  return (level == IPPROTO_IP && option == IP_TOS) || (level == IPPROTO_IPV6 && option == IPV6_TCLASS);
}

bool is_packet_info(int level, int option) {
  return (level == IPPROTO_IP && option == IP_PKTINFO) || (level == IPPROTO_IPV6 && option == IPV6_RECVPKTINFO);
}

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
        return set(options_.reuse, value != 0);
      case SO_REUSEPORT:
        return set(options_.reuse_port, value != 0);
      case SO_OOBINLINE:
        return set(options_.out_of_band_inline, value != 0);
      case SO_PRIORITY:
        return set(options_.priority, value);
      case SO_KEEPALIVE:
        return set(options_.keep_alive, value != 0);
      case SO_BROADCAST:
        return set(options_.broadcast, value != 0);
      case SO_SNDBUF:
      case SO_SNDBUFFORCE:
        return set(options_.send_buffer, buffer_size(value));
      case SO_RCVBUF:
      case SO_RCVBUFFORCE:
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
  if (is_service(level, option)) return set(options_.service, static_cast<std::uint8_t>(value));
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
        return options_.reuse;
      case SO_REUSEPORT:
        return options_.reuse_port;
      case SO_OOBINLINE:
        return options_.out_of_band_inline;
      case SO_PRIORITY:
        return options_.priority;
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
  if (is_service(level, option)) return options_.service;
  if (level == IPPROTO_IPV6 && option == IPV6_V6ONLY) return options_.only_ipv6;
  return get_kind_option(level, option);
}

void DatagramSocket::apply_options() {
  if (!bound() && (pcb_->flags & UDP_FLAGS_CONNECTED) == 0) {
    IP_SET_TYPE_VAL(pcb_->local_ip, lwip_type(family_, options_.only_ipv6));
    IP_SET_TYPE_VAL(pcb_->remote_ip, lwip_type(family_, options_.only_ipv6));
  }
  apply_common(options_, pcb_);
}

int DatagramSocket::set_kind_option(int level, int option, int value) {
  if (!is_packet_info(level, option)) return -ENOPROTOOPT;
  options_.packet_info = value != 0;
  return 0;
}

int DatagramSocket::get_kind_option(int level, int option) const {
  if (is_packet_info(level, option)) return options_.packet_info;
  return level == SOL_SOCKET && option == SO_ACCEPTCONN ? 0 : -ENOPROTOOPT;
}

}  // namespace wick::net
