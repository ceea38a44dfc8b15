// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The devices that the linked drivers have found, numbered by class in the order of BootInfo. Filled in once at boot
// (start step 30); after that the answers never change.

#include "class/access.h"
#include "class/balloon.h"
#include "class/block.h"
#include "class/console.h"
#include "class/entropy.h"
#include "class/network.h"
#include "class/share.h"
#include "class/vsock.h"

namespace wick::devices {

/// @return nullptr when there are not that many
drivers::Network* network(unsigned number);
drivers::Block* block(unsigned number);

/// The block device that the outside gave this serial; nullptr when none has it.
drivers::Block* block_by_serial(const char* serial, unsigned length);

/// The shared folder that the outside gave this name; nullptr when none has it.
drivers::Share* share_by_name(const char* name, unsigned length);

drivers::Console* console();
drivers::Entropy* entropy();
drivers::Vsock* vsock();
drivers::Balloon* balloon();

/// What the drivers have left of the memory that devices may reach: for buffers of the layers above.
drivers::DmaPool& dma_pool();

}  // namespace wick::devices
