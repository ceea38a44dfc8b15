// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// TLS variant II (ELF Handling For Thread-Local Storage, §3.4.6): the block ends at the thread pointer, which points at
// itself.

#include "memory/thread_local.h"

#include <cstring>

#include "abi/note.h"
#include "arch/thread_context.h"

extern "C" {
/// What the loader has left there (abi/note.h); an image of wall `none` has no trap.
[[gnu::weak]] extern const std::uint8_t wick_trap[];
/// Of switch_context.S, too.
constinit bool wick_thread_pointer_by_trap = false;
}

// Values of the linker script: their addresses are the numbers.
extern "C" char __tdata_source[], __tdata_size[], __tbss_size[], __tbss_offset[], __tls_size[], __tls_align[];

namespace wick::memory {

namespace {
std::size_t number(const char* symbol) { return reinterpret_cast<std::size_t>(symbol); }
}  // namespace

ThreadLocalLayout thread_local_layout() {
  const std::size_t alignment = number(__tls_align);
  return {number(__tls_size) + arch::kThreadControlBlock, alignment < 64 ? 64 : alignment};
}

void* make_thread_local(void* block) {
  char* const start = static_cast<char*>(block);
  std::memcpy(start, __tdata_source, number(__tdata_size));
  std::memset(start + number(__tbss_offset), 0, number(__tbss_size));
  char* const thread_pointer = start + number(__tls_size);
  std::memset(thread_pointer, 0, arch::kThreadControlBlock);
  *reinterpret_cast<char**>(thread_pointer) = thread_pointer;
  return thread_pointer;
}

}  // namespace wick::memory

namespace wick::arch {

/// Before anything that finds its stack guard by the thread pointer.
[[gnu::no_stack_protector]] void start_thread_pointer(void* pointer) {
  wick_thread_pointer_by_trap = wick_trap && wick_trap[kTrapBytes - 1] == kThreadPointerByTrap;
  if (wick_thread_pointer_by_trap) {
    std::uint64_t number = kSetThreadPointer;  // all of RAX: the upper half of a narrower operand may hold anything
    asm volatile("call wick_trap" : "+a"(number), "+D"(pointer) : : "rcx", "r11", "memory");
  } else {
    asm volatile("wrfsbase %0" : : "r"(pointer) : "memory");
  }
}

}  // namespace wick::arch
