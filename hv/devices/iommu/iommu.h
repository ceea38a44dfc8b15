// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The machine's IOMMU, whoever made it: confines what devices reach before any driver and the guest start, and tells
// of devices that it has stopped. On a machine without one, all of this does nothing.

#include "abi/event.h"
#include "wall/guest_map.h"

namespace wick::hv {

/// Looks for one, and says so if it is of a kind that hv can't use, once `guest_map` is complete but for what it takes
/// itself. @param own_dma hv's DMA pool
/// @return bytes of cleared memory that it takes to use it; multiple of 4096
std::uint64_t find_iommu(Gpa rsdp, MemoryRange own_dma);

/// Lets `boot.masters` reach what a Domain (domain.h) says, and everybody else nothing. Refuses to go on with a unit
/// that fails halfway.
void start_iommu(Boot& boot, MemoryRange room);

/// The events after which there is something for report_iommu_faults().
EventMask iommu_events();
/// One line for each device that was stopped, a few in a machine's life.
void report_iommu_faults();

}  // namespace wick::hv
