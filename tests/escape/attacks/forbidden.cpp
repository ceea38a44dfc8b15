// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What of the other side a guest can know the address of: an hv in the same image by the linker's symbols, the hosted
// monitor by where it puts the processor's tables. Of the monitor of `process` it knows nothing.

#include "abi/bootinfo.h"
#include "attack.h"
#include "boot/boot_info.h"
#include "hosted_layout.h"

extern "C" char hv_stack_top[], wick_image_start[], wick_read_only_end[];

namespace escape {
namespace {

std::uint64_t end_of_memory() {
  std::uint64_t end = 0;
  wick::boot::for_each<wick::MemoryEntry>(*wick::boot::facts().info, wick::BootTag::memory,
                                          [&](const wick::MemoryEntry& entry) {
                                            const std::uint64_t last = raw(entry.start) + entry.length;
                                            end = last > end ? last : end;
                                          });
  return end;
}

}  // namespace

Forbidden forbidden() {
  const auto address = [](const char* symbol) { return reinterpret_cast<std::uint64_t>(symbol); };
  const std::uint64_t end = end_of_memory();
  switch (wick::boot::facts().platform.wall) {
    case wick::Wall::hosted:
      return {tables(), tables() + 4096, tables() + 4096, end};
    case wick::Wall::process:
      return {end, end + 4096, end, end};
    default:
      return {address(wick_image_start), address(hv_stack_top), address(wick_read_only_end),
              address(wick_read_only_end)};
  }
}

}  // namespace escape
