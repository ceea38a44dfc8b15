// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/block.h"

#include "machine/offer.h"

namespace wick::hv {
namespace {

constexpr unsigned kMost = 2;
drivers::Room<BlockBackend, kMost> blocks;

void offer(const drivers::Instance& instance, const Offers& offers) {
  for (drivers::Block* block : instance.blocks)
    if (block) offers.add(blocks, *block);
}

WICK_REGISTERED("classes") constexpr ServedClass served = {DeviceKind::block, kMost, offer};

}  // namespace
}  // namespace wick::hv
