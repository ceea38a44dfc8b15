// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Set-up goes deeper than anything that follows, and a page of stack that was written once is memory that each of a
// thousand copies has for itself.

#include <sys/mman.h>

#include <cstdint>

namespace wick::monitor {

/// Gives back what was used of this thread's stack below the caller, but for the page that the call itself needs.
[[gnu::noinline]] inline void give_back_stack() {
  constexpr std::uintptr_t kPage = 4096, kMost = 16 * kPage;
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) & ~(kPage - 1);
  madvise(reinterpret_cast<void*>(here - kPage - kMost), kMost, MADV_DONTNEED);
}

}  // namespace wick::monitor
