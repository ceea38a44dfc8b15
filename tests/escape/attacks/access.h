// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Accesses as the compiler can't leave them out.

#include <cstdint>

namespace escape {

using Byte = volatile std::uint8_t;

template <typename T>
std::uint64_t at(T* pointer) {
  return reinterpret_cast<std::uint64_t>(pointer);
}
[[gnu::noinline]] inline void read(std::uint64_t address) { (void)*reinterpret_cast<Byte*>(address); }
[[gnu::noinline]] inline void write(std::uint64_t address) { *reinterpret_cast<Byte*>(address) = 0xcc; }
[[gnu::noinline]] inline void jump(std::uint64_t address) { asm volatile("call *%0" ::"r"(address) : "memory"); }
/// What was written there stays written, although nobody reads it.
inline void keep_written(const void* memory) { asm volatile("" ::"r"(memory) : "memory"); }
inline void push_to(std::uint64_t stack) { asm volatile("movq %0, %%rsp; pushq $1" ::"r"(stack) : "memory"); }

}  // namespace escape
