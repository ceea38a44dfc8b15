// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Switching VT-x on and filling in the VMCS, once.

#include "arch/nested_paging.h"

namespace wick::hv::vmx {

/// What the processor wants of memory: two regions of its own, and the bitmaps that deny every port and MSR.
struct Areas {
  MemoryRange on, control, ports, msrs;
};

[[nodiscard]] const char* missing();
std::uint64_t memory(const GuestMap& map);
Areas take_areas(MemoryRange& room);

/// @return false when the processor refuses
bool switch_on(const Areas& areas);

/// @param ept_root nested tables  @param uses_vpid set to whether TLB entries are tagged
/// @return false when a field or control isn't there
bool write_state(const Areas& areas, std::uint64_t ept_root, std::uint64_t& uses_vpid);

}  // namespace wick::hv::vmx
