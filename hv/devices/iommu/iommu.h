// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The machine's IOMMU, whoever made it: confines what devices reach before any driver and the guest start, and tells
// of devices that it has stopped. On a machine without one, all of this does nothing.

#include "abi/event.h"
#include "base/boot.h"
#include "base/line.h"
#include "devices/iommu/domain.h"

namespace wick::hv {

/// Looks for one, and says so if it is of a kind that hv can't use.
/// @param domain its guest's map is complete but for what the tables take themselves
/// @return bytes of cleared memory that it takes to use it; multiple of 4096
std::uint64_t find_iommu(Gpa rsdp, Domain& domain, Sink say);

/// Lets `boot.masters` reach `domain`, and everybody else nothing.
/// @return nullptr, or why a unit failed halfway: no device can be trusted then
[[nodiscard]] const char* start_iommu(const Domain& domain, Boot& boot, MemoryRange room);

/// The events after which there is something for report_iommu_faults().
EventMask iommu_events();
/// One line for each device that was stopped, a few in a machine's life.
void report_iommu_faults(Sink say);

}  // namespace wick::hv
