// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "xen/control.h"

namespace wick::drivers::xen {
namespace {

constexpr std::string_view kShutdown = "control/shutdown";

struct Word {
  std::string_view text;
  Wish wish;
  std::string_view feature;  ///< tells the tools that somebody listens
};
constexpr Word kWords[] = {{"poweroff", Wish::power_off, "control/feature-poweroff"},
                           {"halt", Wish::power_off, "control/feature-halt"},
                           {"reboot", Wish::reboot, "control/feature-reboot"},
                           {"suspend", Wish::suspend, "control/feature-suspend"}};

}  // namespace

void Control::use(StorePage& page, Notify notify) {
  if (store_.is_on(page)) return;
  store_ = Store(page, notify);
  notify_ = notify;
  begin();
}

/// Tools that give a domain no such nodes do without them.
void Control::begin() {
  (void)store_.watch(kShutdown);
  for (const Word& word : kWords) (void)store_.write(word.feature, "1");
}

void Control::follow() {
  const std::uint32_t changes = store_.changes();
  if (changes == seen_) return;
  seen_ = changes;
  Text asked;
  if (!ok(store_.read(kShutdown, asked)) || asked.view().empty()) return;
  // The empty node says that it was heard.
  if (!ok(store_.write(kShutdown, ""))) return;
  for (const Word& word : kWords) {
    if (word.text != asked.view()) continue;
    if (!ok(notify_(static_cast<std::uint32_t>(word.wish))) || word.wish != Wish::suspend) return;
    store_.begin_anew();
    return begin();
  }
}

}  // namespace wick::drivers::xen
