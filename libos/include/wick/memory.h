// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How much memory the appliance has and uses. For applications and their /metrics.

#include <stdint.h>

#ifdef __cplusplus
namespace wick::memory {

struct Statistics {
  uint64_t total;  ///< bytes of heap that the manifest and the machine give
  uint64_t used;   ///< bytes in allocated blocks
  uint64_t free;   ///< total - used
  uint64_t grown;  ///< the most that the allocator has asked for and not given back
};

/// Walks the free lists: for a page of metrics, not for a hot path.
Statistics statistics();

}  // namespace wick::memory
#endif
