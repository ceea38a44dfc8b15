// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a signal handler may do while the guest's thread pointer and flags are live: system calls without the C library,
// which keeps errno behind that pointer, and to get rid of the flags.

#include <sys/syscall.h>

#include <cstddef>
#include <cstdint>

namespace wick::monitor {

inline long raw_write(int file, const void* bytes, std::size_t count) {
  long result;
  asm volatile("syscall" : "=a"(result) : "a"(SYS_write), "D"(file), "S"(bytes), "d"(count) : "rcx", "r11", "memory");
  return result;
}

/// Of the kernel's asm/prctl.h.
enum class SegmentBase : int { gs = 0x1001, fs = 0x1002 };

inline void raw_set_base(SegmentBase which, std::uint64_t base) {
  long result = SYS_arch_prctl;
  asm volatile("syscall" : "+a"(result) : "D"(static_cast<int>(which)), "S"(base) : "rcx", "r11", "memory");
}

/// First of all: the guest may have asked for alignment checks, which would find our own accesses. Returning from the
/// handler restores them.
inline void drop_flags() {
  constexpr std::uint64_t kNone = 0x202;
  __builtin_ia32_writeeflags_u64(kNone);
}

[[noreturn]] inline void raw_exit(int code) {
  for (;;) asm volatile("syscall" ::"a"(SYS_exit_group), "D"(code) : "rcx", "r11", "memory");
}

}  // namespace wick::monitor
