// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/network.h"

#include "machine/offer.h"

namespace wick::hv {
namespace {

drivers::Room<NetworkBackend, kMostOfAKind> networks;

void offer(const drivers::Instance& instance, const Offers& offers) {
  if (instance.network) offers.add(networks, *instance.network);
}

WICK_REGISTERED("classes") constexpr ServedClass served = {DeviceKind::network, kMostOfAKind, offer};

}  // namespace
}  // namespace wick::hv
