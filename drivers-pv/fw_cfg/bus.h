// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files that QEMU's fw_cfg device has for a guest, as hv, who has read them, and whoever takes them agree on it. There
// is nothing to drive: windows are the files' bytes.

#include <cstddef>
#include <string_view>

#include "abi/device.h"

namespace wick::drivers::fw_cfg {

inline constexpr Bus kBus{260};

/// By window: `-fw_cfg name=opt/wick/user-data,file=…`.
inline constexpr std::string_view kNames[] = {"opt/wick/meta-data", "opt/wick/user-data", "opt/wick/network-config"};
inline constexpr std::size_t kFiles = sizeof kNames / sizeof kNames[0];
static_assert(kFiles <= kDeviceWindows);

/// A longer file has a window of its length without a start; one that isn't there has length 0.
inline constexpr std::size_t kMaxFileBytes = 64 << 10;

}  // namespace wick::drivers::fw_cfg
