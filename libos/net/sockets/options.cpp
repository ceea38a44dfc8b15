// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// setsockopt() and getsockopt() for options whose value is an int; timeouts and the rest are in calls.cpp.

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "net/sockets/datagram.h"
#include "net/sockets/stream.h"

namespace wick::net {
namespace {

/// Options that both kinds of control block have. @return 0, -errno, or 1 when the option is another
template <typename Block>
int set_common(Block* block, int level, int option, int value) {
  auto flag = [&](u8_t which) {
    if (value != 0) {
      ip_set_option(block, which);
    } else {
      ip_reset_option(block, which);
    }
    return 0;
  };
  if (level == SOL_SOCKET) {
    switch (option) {
      case SO_REUSEADDR:
      case SO_REUSEPORT:
        return flag(SOF_REUSEADDR);
      case SO_KEEPALIVE:
        return flag(SOF_KEEPALIVE);
      case SO_BROADCAST:
        return flag(SOF_BROADCAST);
      case SO_SNDBUF:
      case SO_RCVBUF:
        return 0;  // buffers have the size that the stack was built for
      default:
        return 1;
    }
  }
  if ((level == IPPROTO_IP && option == IP_TTL) || (level == IPPROTO_IPV6 && option == IPV6_UNICAST_HOPS)) {
    if (value < 1 || value > 255) return -EINVAL;
    block->ttl = static_cast<u8_t>(value);
    return 0;
  }
  if (level == IPPROTO_IP && option == IP_TOS) {
    block->tos = static_cast<u8_t>(value);
    return 0;
  }
  if (level == IPPROTO_IPV6 && option == IPV6_V6ONLY) {
    if (block->local_port != 0 || IP_GET_TYPE(&block->local_ip) == IPADDR_TYPE_V4) return -EINVAL;
    IP_SET_TYPE_VAL(block->local_ip, value != 0 ? IPADDR_TYPE_V6 : IPADDR_TYPE_ANY);
    IP_SET_TYPE_VAL(block->remote_ip, value != 0 ? IPADDR_TYPE_V6 : IPADDR_TYPE_ANY);
    return 0;
  }
  return 1;
}

template <typename Block>
int get_common(const Block* block, int level, int option) {
  if (level == SOL_SOCKET) {
    switch (option) {
      case SO_REUSEADDR:
      case SO_REUSEPORT:
        return ip_get_option(block, SOF_REUSEADDR) != 0;
      case SO_KEEPALIVE:
        return ip_get_option(block, SOF_KEEPALIVE) != 0;
      case SO_BROADCAST:
        return ip_get_option(block, SOF_BROADCAST) != 0;
      case SO_SNDBUF:
        return TCP_SND_BUF;
      case SO_RCVBUF:
        return TCP_WND;
      default:
        return -ENOPROTOOPT;
    }
  }
  if ((level == IPPROTO_IP && option == IP_TTL) || (level == IPPROTO_IPV6 && option == IPV6_UNICAST_HOPS))
    return block->ttl;
  if (level == IPPROTO_IP && option == IP_TOS) return block->tos;
  if (level == IPPROTO_IPV6 && option == IPV6_V6ONLY) return IP_GET_TYPE(&block->local_ip) == IPADDR_TYPE_V6;
  return -ENOPROTOOPT;
}

constexpr int kMilliseconds = 1000;

}  // namespace

int StreamSocket::set_option(int level, int option, int value) {
  if (pcb_ == nullptr) return -EINVAL;
  if (level == SOL_SOCKET && option == SO_LINGER) {
    linger_reset_ = value == 0;  // on, with no time to linger
    return 0;
  }
  if (int outcome = set_common(pcb_, level, option, value); outcome <= 0) return outcome;
  if (level != IPPROTO_TCP || state_ == State::listening) return level == IPPROTO_TCP ? 0 : -ENOPROTOOPT;
  switch (option) {
    case TCP_NODELAY:
      if (value != 0) {
        tcp_nagle_disable(pcb_);
      } else {
        tcp_nagle_enable(pcb_);
      }
      return 0;
    case TCP_KEEPIDLE:
      pcb_->keep_idle = static_cast<u32_t>(value * kMilliseconds);
      return 0;
    case TCP_KEEPINTVL:
      pcb_->keep_intvl = static_cast<u32_t>(value * kMilliseconds);
      return 0;
    case TCP_KEEPCNT:
      pcb_->keep_cnt = static_cast<u32_t>(value);
      return 0;
    default:
      return -ENOPROTOOPT;
  }
}

int StreamSocket::get_option(int level, int option) {
  if (level == SOL_SOCKET && option == SO_ACCEPTCONN) return state_ == State::listening;
  if (pcb_ == nullptr) return -EINVAL;
  if (level != IPPROTO_TCP) return get_common(pcb_, level, option);
  if (state_ == State::listening) return -EINVAL;
  switch (option) {
    case TCP_NODELAY:
      return tcp_nagle_disabled(pcb_) != 0;
    case TCP_MAXSEG:
      return pcb_->mss;
    case TCP_KEEPIDLE:
      return static_cast<int>(pcb_->keep_idle / kMilliseconds);
    case TCP_KEEPINTVL:
      return static_cast<int>(pcb_->keep_intvl / kMilliseconds);
    case TCP_KEEPCNT:
      return static_cast<int>(pcb_->keep_cnt);
    default:
      return -ENOPROTOOPT;
  }
}

int DatagramSocket::set_option(int level, int option, int value) {
  int outcome = set_common(pcb_, level, option, value);
  return outcome <= 0 ? outcome : -ENOPROTOOPT;
}

int DatagramSocket::get_option(int level, int option) {
  if (level == SOL_SOCKET && option == SO_ACCEPTCONN) return 0;
  return get_common(pcb_, level, option);
}

}  // namespace wick::net
