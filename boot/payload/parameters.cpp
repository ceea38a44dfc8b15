// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "payload/load.h"

namespace wick::boot {
namespace {

// Fields of struct boot_params (Documentation/arch/x86/zero-page.rst).
constexpr unsigned kRootPointer = 0x070, kRegions = 0x1e8, kSignature = 0x202, kMap = 0x2d0;
constexpr unsigned kCommandLine = 0x228, kCommandLineHigh = 0x0c8, kMostRegions = 128;
constexpr uint32_t kRam = 1;

struct [[gnu::packed]] Region {
  uint64_t start, length;
  uint32_t type;
};
static_assert(sizeof(Region) == 20);

}  // namespace

void Parameters::begin(uint64_t root_pointer) {
  __builtin_memset(bytes, 0, sizeof bytes);
  __builtin_memcpy(bytes + kSignature, "HdrS", 4);
  __builtin_memcpy(bytes + kRootPointer, &root_pointer, sizeof root_pointer);
}

void Parameters::set_arguments(const char* arguments) {
  const auto line = reinterpret_cast<uint64_t>(arguments);
  const auto low = static_cast<uint32_t>(line), high = static_cast<uint32_t>(line >> 32);
  __builtin_memcpy(bytes + kCommandLine, &low, sizeof low);
  __builtin_memcpy(bytes + kCommandLineHigh, &high, sizeof high);
}

bool Parameters::add_region(uint64_t start, uint64_t length, uint32_t type) {
  auto* regions = reinterpret_cast<Region*>(bytes + kMap);
  uint8_t& count = bytes[kRegions];
  if (length == 0) return true;
  if (count) {
    Region& last = regions[count - 1];
    if (last.type == type && last.start + last.length == start) {
      last.length += length;
      return true;
    }
  }
  if (count == kMostRegions) return false;
  regions[count++] = {start, length, type};
  return true;
}

bool Parameters::has_ram(uint64_t start, uint64_t end) const {
  const auto* regions = reinterpret_cast<const Region*>(bytes + kMap);
  for (unsigned i = 0; i < bytes[kRegions]; ++i) {
    const Region& region = regions[i];
    if (region.type == kRam && start >= region.start && end <= region.start + region.length) return true;
  }
  return false;
}

}  // namespace wick::boot
