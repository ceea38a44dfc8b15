// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// hv's BootInfo (abi/bootinfo.h): the one page that tells a guest where it is.

#include "base/boot.h"

namespace wick::hv {

/// What BootInfo says of the wall and of what it gives to the guest.
struct Given {
  Wall wall;
  Gpa event_page;
  MemoryRange dma, heap;
  const RestartEntry* restart;  ///< nullptr: this wall doesn't restart a guest
};

/// Writes BootInfo into hv's page for it; again, with a new seed, for each start of the guest.
/// @return no_memory when the entries don't fit
Status write_boot_info(const Boot& boot, const Given& given);
const BootInfo* boot_info();

}  // namespace wick::hv
