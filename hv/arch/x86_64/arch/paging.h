// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// hv's address space, with wall `none` the guest's, too: identical mapping, each kind of memory with no more rights
// than it needs. Built once from the linker script's sections; table frames come from the memory right behind the
// image.

#include "base/boot.h"

namespace wick::hv {

/// Gives every page of the image its rights, maps the free RAM, and switches over: afterwards nothing is writable and
/// executable, and page 0 to 1 MiB is not mapped. Lists the RAM above in `boot.more_memory`.
/// @return the RAM that is left for the guest: behind the image up to the end of its region, or another region below
/// 4 GiB that is larger; length 0 when the image lies in no RAM region
MemoryRange build_address_space(Boot& boot);

/// Maps device registers, uncached. @return false when hv's spare tables are used up
bool map_device(Gpa start, std::uint64_t length);

/// Maps ordinary memory that lies outside of the guest's region (a page of the hypervisor's), cached.
bool map_memory(Gpa start, std::uint64_t length, Rights rights);

/// Takes the write permission of memory away, or gives it back. @return no_memory when the spare tables are used up
Status set_own_writable(Gpa start, std::uint64_t length, bool writable);

/// Whether reading 8 aligned bytes there can't fault.
bool is_mapped(Gpa address);

}  // namespace wick::hv
