// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Times of connections: what is held back, sent again, or given up.
#include <algorithm>

#include "monitor/network/tcp.h"

namespace wick::monitor {
namespace {

constexpr std::int64_t kResendAfter = 500, kMaxResend = 8'000;
constexpr unsigned kMaxTries = 8;

}  // namespace

void Tcp::hurry() {
  for (Connection* c = timed_.first(); c; c = decltype(timed_)::behind(*c))
    if (c->phase == Connection::Phase::asking) c->resend_due = next_due_ = now_;
}

void Tcp::arm(Connection& c) {
  timed_.add(c);
  next_due_ = std::min({next_due_, c.resend_due, c.ack_due, c.end_due});
}

void Tcp::disarm_if_idle(Connection& c) {
  if (c.resend_due == kNeverDue && c.ack_due == kNeverDue && c.end_due == kNeverDue) timed_.remove(c);
}

void Tcp::run_timers() {
  if (now_ < next_due_) return;
  next_due_ = kNeverDue;
  for (Connection* c = timed_.first(); c;) {
    Connection* behind = decltype(timed_)::behind(*c);
    if (c->ack_due <= now_) {
      c->ack_due = kNeverDue;
      c->wants_ack = true;
      schedule(*c);
    }
    if (c->end_due <= now_) take_end(*c);
    if (c->resend_due <= now_) {
      c->resend_due = kNeverDue;
      if (c->phase == Connection::Phase::asking) {
        if (now_ < c->give_up)
          ask(*c);
        else
          abort(*c);
      } else if (++c->tries > kMaxTries) {
        send_reset(c->pair, {0, 0, c->expected, c->furthest, kAck});
        abort(*c);
      } else {
        c->resend_due = now_ + std::min(kResendAfter << c->tries, kMaxResend);
        c->wants_syn = c->phase == Connection::Phase::answered;
        if (!c->wants_syn) c->next = c->first;  // all again from there on
        c->probes = c->window == 0;
        c->fin_sent = false;
        schedule(*c);
      }
    }
    if (!c->dead) {
      next_due_ = std::min({next_due_, c->resend_due, c->ack_due, c->end_due});
      disarm_if_idle(*c);
    }
    c = behind;
  }
}

}  // namespace wick::monitor
