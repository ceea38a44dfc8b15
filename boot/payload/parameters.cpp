// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "payload/load.h"

namespace wick::boot {
namespace {

// Fields of struct boot_params (Documentation/arch/x86/zero-page.rst).
constexpr unsigned kRootPointer = 0x070, kRegions = 0x1e8, kSignature = 0x202, kMap = 0x2d0;
constexpr unsigned kModule = 0x218, kModuleBytes = 0x21c, kModuleHigh = 0x0c0, kModuleBytesHigh = 0x0c4;
constexpr unsigned kCommandLine = 0x228, kCommandLineHigh = 0x0c8, kMostRegions = 128;
constexpr uint32_t kRam = 1;

/// A number whose halves have places of their own.
void set(uint8_t* bytes, unsigned low, unsigned high, uint64_t value) {
  const auto part = static_cast<uint32_t>(value), rest = static_cast<uint32_t>(value >> 32);
  __builtin_memcpy(bytes + low, &part, sizeof part);
  __builtin_memcpy(bytes + high, &rest, sizeof rest);
}

struct [[gnu::packed]] Region {
  uint64_t start, length;
  uint32_t type;
};
static_assert(sizeof(Region) == 20);

bool continues(const Region& one, const Region& next) {
  return one.type == next.type && one.start + one.length == next.start;
}

void swap(Region& one, Region& other) {
  const Region kept = one;
  one = other;
  other = kept;
}

}  // namespace

void Parameters::begin(uint64_t root_pointer) {
  __builtin_memset(bytes, 0, sizeof bytes);
  __builtin_memcpy(bytes + kSignature, "HdrS", 4);
  __builtin_memcpy(bytes + kRootPointer, &root_pointer, sizeof root_pointer);
}

void Parameters::set_arguments(const char* arguments) {
  set(bytes, kCommandLine, kCommandLineHigh, reinterpret_cast<uint64_t>(arguments));
}

void Parameters::set_module(const uint8_t* start, uint64_t count) {
  if (count == 0) return;
  set(bytes, kModule, kModuleHigh, reinterpret_cast<uint64_t>(start));
  set(bytes, kModuleBytes, kModuleBytesHigh, count);
}

bool Parameters::add_region(uint64_t start, uint64_t length, uint32_t type) {
  auto* regions = reinterpret_cast<Region*>(bytes + kMap);
  uint8_t& count = bytes[kRegions];
  if (length == 0) return true;
  if (count && continues(regions[count - 1], {start, length, type})) {
    regions[count - 1].length += length;
    return true;
  }
  if (count == kMostRegions) return false;
  regions[count] = {start, length, type};
  unsigned at = count++;
  for (; at && regions[at - 1].start > regions[at].start; --at) swap(regions[at - 1], regions[at]);
  // Its neighbours may have waited for it: the one above first, then the one below.
  const unsigned pairs[] = {at, at - 1};
  for (const unsigned first : pairs) {
    if (first >= count - 1u || !continues(regions[first], regions[first + 1])) continue;
    regions[first].length += regions[first + 1].length;
    for (unsigned i = first + 1; i + 1 < count; ++i) swap(regions[i], regions[i + 1]);
    --count;
  }
  return true;
}

bool Parameters::has_regions() const { return bytes[kRegions] != 0; }

bool Parameters::has_ram(uint64_t start, uint64_t end) const {
  const auto* regions = reinterpret_cast<const Region*>(bytes + kMap);
  for (unsigned i = 0; i < bytes[kRegions]; ++i) {
    const Region& region = regions[i];
    if (region.type == kRam && start >= region.start && end <= region.start + region.length) return true;
  }
  return false;
}

}  // namespace wick::boot
