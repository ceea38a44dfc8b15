// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The 9P transport: one queue, whose chains are a message that the device reads and the room for its answer. virtio
// 1.2 §5 gives it a number and no text; this is what QEMU's device and Linux's driver agree on.

#include "abi/virtio/common.h"

namespace wick::virtio {

inline constexpr std::uint64_t kMountTag = 1 << 0;  ///< the configuration holds the share's name

struct ShareConfiguration {
  std::uint16_t tag_length;  ///< bytes of the name, which follows without a NUL
};
static_assert(sizeof(ShareConfiguration) == 2);

}  // namespace wick::virtio
