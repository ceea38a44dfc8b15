// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// hv's BootInfo (abi/bootinfo.h): the one page that tells a guest where it is.

#include "abi/event.h"
#include "base/boot.h"
#include "guest/boot_info_writer.h"

namespace wick::hv {

/// Writes BootInfo into hv's page for it; again, with a new seed, for each life of the guest. Refuses the machine when
/// it doesn't fit there.
/// @param restart as in BootFacts
void write_boot_info(const Boot& boot, Wall wall, const EventPage& events, MemoryRange dma, MemoryRange heap,
                     RestartEntry restart = {});
const BootInfo* boot_info();

}  // namespace wick::hv
