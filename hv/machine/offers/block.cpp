// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/block.h"

#include "machine/offer.h"

namespace wick::hv {
namespace {

drivers::Room<BlockBackend, kMostOfAKind> blocks;

void offer(const drivers::Instance& instance, const Offers& offers) {
  for (drivers::Block* block : instance.blocks)
    if (block) offers.add(blocks, *block);
}

WICK_REGISTERED("classes") constexpr ServedClass served = {DeviceKind::block, kMostOfAKind, offer};

}  // namespace
}  // namespace wick::hv
