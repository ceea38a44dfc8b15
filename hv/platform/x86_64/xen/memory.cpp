// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/x86_64/xen/memory.h"

#include "platform/x86_64/xen/hypercall.h"

namespace wick::hv::xen {
namespace {

constexpr std::uint32_t kMaxEntries = 64, kRam = 1;
MemoryMapEntry entries[kMaxEntries];

}  // namespace

void read_memory(Boot& boot) {
  MemoryMap map{.count = kMaxEntries, .entries = entries};
  if (call(Hypercall::memory_op, kMemoryMap, &map) != 0) return;
  for (std::uint32_t i = 0; i < map.count; ++i)
    if (entries[i].type == kRam) boot.add_memory({Gpa{entries[i].start}, entries[i].length});
}

}  // namespace wick::hv::xen
