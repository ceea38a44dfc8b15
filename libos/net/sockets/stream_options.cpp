// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// TCP sockets: their options, and what TCP_INFO tells.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <algorithm>
#include <cstring>

#include "lwip/priv/tcp_priv.h"
#include "net/sockets/stream.h"
#include "net/stack.h"
#include "time/clock.h"

namespace wick::net {
namespace {

constexpr int kMilliseconds = 1000;
constexpr int kMinSegment = 88, kMaxSegment = 32767;  // as Linux has them

/// Linux' number for a state of lwIP's.
std::uint8_t state_number(tcp_state state) {
  switch (state) {
    case LISTEN:
      return 10;
    case SYN_SENT:
      return 2;
    case SYN_RCVD:
      return 3;
    case ESTABLISHED:
      return 1;
    case FIN_WAIT_1:
      return 4;
    case FIN_WAIT_2:
      return 5;
    case CLOSE_WAIT:
      return 8;
    case CLOSING:
      return 11;
    case LAST_ACK:
      return 9;
    case TIME_WAIT:
      return 6;
    default:
      return 7;
  }
}

std::uint32_t segments(const tcp_seg* list) {
  std::uint32_t count = 0;
  for (; list; list = list->next) ++count;
  return count;
}

}  // namespace

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
  if (state_ == State::connected) limit_segments();
  pcb_->keep_idle = static_cast<u32_t>(options_.keep_idle * kMilliseconds);
  pcb_->keep_intvl = static_cast<u32_t>(options_.keep_interval * kMilliseconds);
  pcb_->keep_cnt = static_cast<u32_t>(options_.keep_count);
  const bool ticks = options_.user_timeout != 0 || options_.cork || deferred_by_;
  tcp_poll(pcb_, ticks ? on_tick : nullptr, 1);
}

void StreamSocket::limit_segments() {
  if (options_.max_segment != 0) pcb_->mss = std::min(pcb_->mss, static_cast<u16_t>(options_.max_segment));
}

int StreamSocket::set_kind_option(int level, int option, int value) {
  if (level != IPPROTO_TCP) return -ENOPROTOOPT;
  auto in_range = [&](int& field, int least, int most) {
    if (value < least || value > most) return -EINVAL;
    field = value;
    apply_options();
    return 0;
  };
  auto flag = [&](bool& field, bool sends_now) {
    field = value != 0;
    apply_options();
    if (!sends_now || state_ != State::connected || !pcb_) return 0;
    tcp_output(pcb_);
    stack().expect_loopback();
    return 0;
  };
  switch (option) {
    case TCP_NODELAY:
      return flag(options_.no_delay, value != 0);
    case TCP_CORK:
      return flag(options_.cork, value == 0);
    case TCP_QUICKACK:
      if (value != 0 && state_ == State::connected && pcb_ && (pcb_->flags & TF_ACK_DELAY)) tcp_ack_now(pcb_);
      return flag(options_.quick_ack, value != 0);
    case TCP_MAXSEG:
      return in_range(options_.max_segment, kMinSegment, kMaxSegment);
    case TCP_DEFER_ACCEPT:
      options_.defer_accept = std::max(value, 0);
      return 0;
    case TCP_KEEPIDLE:
      return in_range(options_.keep_idle, 1, 32767);
    case TCP_KEEPINTVL:
      return in_range(options_.keep_interval, 1, 32767);
    case TCP_KEEPCNT:
      return in_range(options_.keep_count, 1, 127);
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
    case TCP_CORK:
      return options_.cork;
    case TCP_QUICKACK:
      return options_.quick_ack;
    case TCP_MAXSEG:
      if (pcb_ && state_ != State::listening) return pcb_->mss;
      return options_.max_segment != 0 ? options_.max_segment : TCP_MSS;
    case TCP_DEFER_ACCEPT:
      return options_.defer_accept;
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

/// What lwIP knows; the rest is zero.
int StreamSocket::get_structure(int level, int option, void* value, socklen_t* length) const {
  if (level != IPPROTO_TCP || option != TCP_INFO) return -ENOPROTOOPT;
  tcp_info info{};
  info.tcpi_state = state_number(state_ == State::listening ? LISTEN : pcb_ ? pcb_->state : CLOSED);
  if (pcb_ && state_ != State::listening) {
    constexpr std::uint32_t kMicroseconds = 1000, kTick = TCP_SLOW_INTERVAL * kMicroseconds;
    constexpr std::uint8_t kSack = 2, kScale = 4;
    info.tcpi_retransmits = pcb_->nrtx;
    info.tcpi_options = static_cast<std::uint8_t>(((pcb_->flags & TF_SACK) != 0 ? kSack : 0) |
                                                  ((pcb_->flags & TF_WND_SCALE) != 0 ? kScale : 0));
    info.tcpi_snd_wscale = pcb_->snd_scale & 0xf;
    info.tcpi_rcv_wscale = pcb_->rcv_scale & 0xf;
    info.tcpi_rto = static_cast<std::uint32_t>(pcb_->rto) * kTick;
    info.tcpi_snd_mss = info.tcpi_rcv_mss = info.tcpi_advmss = pcb_->mss;
    info.tcpi_unacked = segments(pcb_->unacked);
    info.tcpi_rtt = static_cast<std::uint32_t>(std::max<s16_t>(pcb_->sa, 0) >> 3) * kTick;
    info.tcpi_rttvar = static_cast<std::uint32_t>(std::max<s16_t>(pcb_->sv, 0) >> 2) * kTick;
    info.tcpi_snd_ssthresh = pcb_->ssthresh / std::max<std::uint32_t>(pcb_->mss, 1);
    info.tcpi_snd_cwnd = pcb_->cwnd / std::max<std::uint32_t>(pcb_->mss, 1);
    info.tcpi_rcv_space = pcb_->rcv_wnd;
  }
  const socklen_t bytes = std::min<socklen_t>(*length, sizeof(info));
  std::memcpy(value, &info, bytes);
  *length = bytes;
  return 0;
}

}  // namespace wick::net
