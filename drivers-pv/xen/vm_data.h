// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Texts that Xen's tools have for this domain in XenStore, as hv, who has read them, and whoever takes them agree on
// it. There is nothing to drive: windows are the texts' bytes.

#include <cstddef>
#include <string_view>

#include "abi/device.h"

namespace wick::drivers::xen {

inline constexpr Bus kVmDataBus{261};

/// By window: nodes of the domain's folder. One that isn't there has length 0.
inline constexpr std::string_view kVmData[] = {"vm-data/meta-data", "vm-data/user-data", "vm-data/network-config"};
inline constexpr std::size_t kVmTexts = sizeof kVmData / sizeof kVmData[0];
static_assert(kVmTexts <= kDeviceWindows);

}  // namespace wick::drivers::xen
