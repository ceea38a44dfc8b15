// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/console.h"

#include "backend/guarded_console.h"
#include "machine/offer.h"

namespace wick::hv {
namespace {

constinit GuardedConsole guarded;
drivers::Room<ConsoleBackend, 1> consoles;

void offer(const drivers::Instance& instance, const Offers& offers) {
  if (!instance.console || consoles.full()) return;
  guarded.use(*instance.console);
  offers.add(consoles, guarded);
}

void forget_guest() { guarded.reset(); }
bool within_line() { return guarded.within_line(); }

WICK_REGISTERED("classes")
constexpr ServedClass served = {DeviceKind::console, 1, offer, forget_guest, within_line};

}  // namespace
}  // namespace wick::hv
