// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The translator's half of an appliance's sleep: it knows whether a client is there. When the keeper may let the
// appliance sleep is the keeper's business.
#include <sys/socket.h>

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

void Translator::hear_keeper() {
  KeeperWord word{};
  const ssize_t got = recv(keeper_.file, &word, sizeof word, MSG_DONTWAIT);
  if (got == 0) {  // whoever has kept this one is gone: nobody would wake it
    poller_.remove(keeper_);
    keeper_.file = -1;
    return rest(false);
  }
  if (got < 0) return;
  said_quiet_ = false;
  const bool may_rest = word == KeeperWord::rest && tcp_.clients() == 0;
  rest(may_rest);
  if (word == KeeperWord::rest) say(may_rest ? KeeperWord::rests : KeeperWord::busy);
}

void Translator::tell_keeper() {
  if (!said_awake_)
    for (const auto& listener : listeners_)
      if (!said_awake_ && listener->answered) {
        said_awake_ = true;
        say(KeeperWord::awake);
      }
  if (tcp_.clients()) {
    quiet_due_ = kNeverDue;
    if (said_quiet_) say(KeeperWord::busy);
    said_quiet_ = false;
  } else if (!said_quiet_ && !rests_ && quiet_due_ == kNeverDue) {
    quiet_due_ = now_ + kQuietAfter;
  } else if (quiet_due_ <= now_) {
    quiet_due_ = kNeverDue;
    if (!rests_) say(KeeperWord::quiet);
    said_quiet_ = true;
  }
}

}  // namespace wick::monitor
