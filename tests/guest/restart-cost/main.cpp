// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0

#include <wick/crash.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "boot/last_crash.h"

namespace {

constexpr std::size_t kDirty = 4 << 20;

}  // namespace

/// The counter at the fault stands in RBX, and so in the record.
int main() {
  const std::uint64_t now = __builtin_ia32_rdtsc();
  if (const auto* record = wick::boot::last_crash())
    std::printf("restart: %llu ticks\n", static_cast<unsigned long long>(now - record->registers.rbx));
  if (wick_restarts() == 3) return 0;
  void* heap = std::malloc(kDirty);
  std::memset(heap, 1, kDirty);
  std::fflush(stdout);
  asm volatile("rdtsc; shlq $32, %%rdx; orq %%rdx, %%rax; movq %%rax, %%rbx; movb $0, 0" ::
                   : "rax", "rbx", "rdx", "memory");
}
