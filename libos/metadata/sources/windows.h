// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sources that hv has read: the three documents of cloud-init's, a window of an entry each.

#include <span>

#include "metadata/source.h"

namespace wick::metadata {

/// @param names of the windows, where one is at fault
Finding read_windows(const DeviceEntry& from, std::span<const std::string_view, 3> names, Texts& to);

}  // namespace wick::metadata
