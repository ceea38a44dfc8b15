// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The bottom of malloc(): picolibc's allocator asks here for more, and gives back what it can.

#include <malloc.h>
#include <unistd.h>

#include <cerrno>

#include "memory/heap.h"
#include "wick/memory.h"

namespace wick::memory {

constinit Heap the_heap;
constinit void (*on_shrink)() = nullptr;

Statistics statistics() {
  const auto used = static_cast<std::uint64_t>(mallinfo().uordblks) - the_heap.passed();
  return {.total = the_heap.size(), .used = used, .free = the_heap.size() - used, .grown = the_heap.grown()};
}

}  // namespace wick::memory

extern "C" void* sbrk(std::ptrdiff_t bytes) {
  if (void* old = wick::memory::the_heap.move_end(bytes)) {
    if (bytes < 0 && wick::memory::on_shrink) wick::memory::on_shrink();
    return old;
  }
  errno = ENOMEM;
  return reinterpret_cast<void*>(-1);
}
