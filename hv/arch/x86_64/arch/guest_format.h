// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Entries of the tables by which a guest in ring 3 sees its memory, whoever builds them: hv, or the hosted monitor.
// Intel SDM volume 3, §4.5.

#include "arch/page_tables.h"
#include "arch/paging.h"

namespace wick::hv {

inline constexpr std::uint8_t kReturnCode[] = {0xc3};  ///< of a function

inline constexpr std::uint64_t kPresent = 1, kWrite = 2, kUser = 4, kAccessed = 32, kDirty = 64,
                               kNoExecute = 1ull << 63;

/// Links are accessed from the start: a processor, or a KVM without nested paging, would write that into each.
struct GuestFormat : ProcessorLinks<kPresent | kWrite | kUser | kAccessed> {
  static constexpr std::uint64_t present = kPresent, write = kWrite;
};

constexpr std::uint64_t guest_bits(Rights rights) {
  switch (rights) {
    case Rights::read:
      return kPresent | kUser | kNoExecute;
    case Rights::read_write:
      return kPresent | kUser | kWrite | kNoExecute;
    case Rights::read_execute:
      return kPresent | kUser;
  }
  return 0;
}

}  // namespace wick::hv
