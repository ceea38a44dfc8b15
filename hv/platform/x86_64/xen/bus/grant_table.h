// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the domain's grant table lies. What stands in it is the devices' drivers' business, an equal share each.

#include "abi/types.h"

namespace wick::hv::xen {

inline constexpr unsigned kMostGrantDevices = 6;

/// Asks Xen for the table. @return false when it has none to give
bool map_grant_table();

/// A device's share. @param index below kMostGrantDevices
Gpa grant_share(unsigned index);
/// The reference of its first entry.
std::uint32_t first_grant(unsigned index);

}  // namespace wick::hv::xen
