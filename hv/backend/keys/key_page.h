// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The page of the key service as whoever serves it has it. Knows no key and no arithmetic, so that the monitor, which
// only carries requests to another process, has neither.

#include "abi/device.h"
#include "abi/key.h"
#include "backend/device_table.h"
#include "base/memory.h"

namespace wick::hv {

static_assert(kKeyNumber >= DeviceTable::kMax * kNumbersPerDevice);

/// The guest's request, read once: what it writes from now on changes nothing.
inline KeyRequest taken(const KeyPage& page) {
  KeyRequest copy;
  __builtin_memcpy(&copy, &page.request, sizeof copy);
  asm volatile("" : : "r"(&copy) : "memory");
  return copy;
}

inline DeviceEntry key_entry(const KeyPage& page) {
  DeviceEntry entry{};
  entry.bus = Bus::page;
  entry.kind = DeviceKind::key;
  entry.windows[0] = {gpa_of(&page), sizeof page};
  return entry;
}

}  // namespace wick::hv
