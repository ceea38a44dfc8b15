// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "class/access.h"

namespace wick::drivers {

void* DmaPool::take_uncleared(std::uint64_t bytes, std::uint64_t alignment) {
  const std::uint64_t start = (next_ + alignment - 1) & ~(alignment - 1);
  if (start < next_ || start > end_ || bytes > end_ - start) return nullptr;
  next_ = start + bytes;
  return reinterpret_cast<void*>(start);
}

void* DmaPool::take(std::uint64_t bytes, std::uint64_t alignment) {
  void* memory = take_uncleared(bytes, alignment);
  if (memory) __builtin_memset(memory, 0, bytes);
  return memory;
}

}  // namespace wick::drivers
