// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Addresses, ranges of memory, and what may be done with one: the words in which everybody above speaks of memory.
// Depends on the contract's addresses alone.

#include "abi/types.h"

namespace wick::hv {

/// hv's memory is mapped onto itself.
inline std::uint64_t address_of(const void* pointer) { return reinterpret_cast<std::uint64_t>(pointer); }
inline Gpa gpa_of(const void* pointer) { return Gpa{address_of(pointer)}; }

enum class Rights { read, read_write, read_execute };

struct MemoryRange {
  Gpa start;
  std::uint64_t length;
};

/// Cuts `length` bytes off the front. @return length 0 when there is less
constexpr MemoryRange take_front(MemoryRange& from, std::uint64_t length) {
  if (from.length < length) return {from.start, 0};
  const MemoryRange taken{from.start, length};
  from = {from.start + length, from.length - length};
  return taken;
}

}  // namespace wick::hv
