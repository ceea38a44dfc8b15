// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// System calls without the C library, which keeps errno behind a thread pointer that isn't ours while the guest runs.

#include <sys/syscall.h>

#include <cstddef>

namespace wick::hosted {

inline long raw_write(int file, const void* bytes, std::size_t count) {
  long result;
  asm volatile("syscall" : "=a"(result) : "a"(SYS_write), "D"(file), "S"(bytes), "d"(count) : "rcx", "r11", "memory");
  return result;
}

[[noreturn]] inline void raw_exit(int code) {
  for (;;) asm volatile("syscall" ::"a"(SYS_exit_group), "D"(code) : "rcx", "r11", "memory");
}

}  // namespace wick::hosted
