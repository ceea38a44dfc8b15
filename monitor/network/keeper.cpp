// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The translator's half of an appliance's sleep: it knows whether a client is there. When the keeper may let the
// appliance sleep is the keeper's business.
#include <sys/socket.h>

#include <algorithm>

#include "monitor/network/translator.h"

namespace wick::monitor {

constexpr std::int64_t kQuietAfter = 10;  ///< under load there is no word for each client

void Translator::say(KeeperWord word) { (void)send(keeper_.file, &word, sizeof word, MSG_DONTWAIT | MSG_NOSIGNAL); }

void Translator::rest(bool rests) {
  begins_ = false;
  rests_ = rests;
  for (auto& listener : listeners_) {
    listener->crowded = false;
    poller_.change(*listener, rests ? 0u : EPOLLIN);
  }
}

/// At the socket's end whoever has kept this one is gone, and nobody would wake it.
void Translator::hear_keeper() {
  KeeperWord word{};
  const ssize_t got = recv(keeper_.file, &word, sizeof word, MSG_DONTWAIT);
  if (got == 0) closed_ = true;
  if (got <= 0) return;
  said_quiet_ = false;
  rest(word == KeeperWord::rest && tcp_.clients() == 0);
  if (word == KeeperWord::rest) say(rests_ ? KeeperWord::rests : KeeperWord::busy);
}

void Translator::tell_keeper() {
  if (!said_awake_ && std::ranges::any_of(listeners_, [](const auto& each) { return each->answered; })) {
    said_awake_ = true;
    say(KeeperWord::awake);
  }
  const bool here = tcp_.clients() != 0;
  if (here && said_quiet_) say(KeeperWord::busy);
  if (here) said_quiet_ = false;
  if (here || said_quiet_ || rests_)
    quiet_due_ = kNeverDue;
  else if (quiet_due_ == kNeverDue)
    quiet_due_ = now_ + kQuietAfter;
  if (quiet_due_ > now_) return;
  quiet_due_ = kNeverDue;
  said_quiet_ = true;
  say(KeeperWord::quiet);
}

}  // namespace wick::monitor
