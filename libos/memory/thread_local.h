// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Thread-local storage as the x86-64 and AArch64 ELF ABIs lay it out; the linker script gives the bounds of the
// template.

#include <cstddef>

namespace wick::memory {

struct ThreadLocalLayout {
  std::size_t bytes;      ///< block and thread control block together
  std::size_t alignment;  ///< a power of two, at least 64
};

ThreadLocalLayout thread_local_layout();

/// Fills in a block of that size and alignment. @return the thread pointer
void* make_thread_local(void* block);

}  // namespace wick::memory
