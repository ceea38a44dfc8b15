// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What of a thread lives in registers on x86-64: the callee-saved registers, the floating-point modes and the thread
// pointer (FS base, which the guest writes with WRFSBASE wherever that lasts). Same-named in each arch folder.

#include <cstddef>
#include <cstdint>

namespace wick::arch {

/// A thread that doesn't run: everything else is on its stack.
struct ThreadContext {
  void* stack_pointer = nullptr;
  void* thread_pointer = nullptr;
};

/// Behind the stack pointer of such a thread, as wick_switch_context() leaves it.
inline constexpr std::uint16_t kSavedFramePointer = 48, kSavedProgramCounter = 56;

/// Bytes behind the thread pointer that the ABI owns: the self pointer, and room as other systems keep it.
inline constexpr std::size_t kThreadControlBlock = 64;

/// The first thread's; wick_switch_context() sets those of the others.
void start_thread_pointer(void* pointer);

/// Makes the stack of a thread that will start in `entry`, which must not return.
inline void* prepare_stack(void* top, void (*entry)()) {
  constexpr std::uint64_t kMxcsr = 0x1f80, kX87Control = 0x37f;  // defaults of the System V ABI
  auto* words = reinterpret_cast<std::uint64_t*>(reinterpret_cast<std::uint64_t>(top) & ~std::uint64_t{15});
  *--words = 0;  // the return address of `entry`: here back-traces end
  *--words = reinterpret_cast<std::uint64_t>(entry);
  for (int callee_saved = 0; callee_saved < 6; callee_saved++) *--words = 0;
  *--words = kMxcsr | kX87Control << 32;
  return words;
}

/// Bytes for the registers beside the general ones: those of FXSAVE, or what XSAVE keeps of `parts` (Intel SDM volume
/// 1, §13.4 and §13.5), which are in places of their own whatever else there is.
constexpr std::size_t room_for_state(std::uint64_t parts) {
  constexpr std::uint64_t kAvx = 1 << 2, kAvx512 = 7 << 5;
  return parts & kAvx512 ? 2688 : parts & kAvx ? 832 : 576;
}

/// Stops with an exception that no wall allows the guest to survive.
[[noreturn]] inline void trap() {
  asm volatile("ud2");
  __builtin_unreachable();
}

/// One instruction each: whoever interrupts this thread on its vCPU may change the number, too. @return whether it is 0
inline void add_one(std::uint32_t& number) { asm volatile("addl $1, %0" : "+m"(number) : : "memory", "cc"); }
inline bool take_one(std::uint32_t& number) {
  bool zero;
  asm volatile("subl $1, %0" : "+m"(number), "=@ccz"(zero) : : "memory");
  return zero;
}

/// Within a loop that waits for memory to change: lets the processor's other thread have more of it.
inline void relax() { __builtin_ia32_pause(); }

inline std::uint64_t cycles() { return __builtin_ia32_rdtsc(); }

/// Order as the clock page's seqlock needs it: x86 keeps loads in order, the compiler doesn't.
inline void read_barrier() { asm volatile("" : : : "memory"); }

}  // namespace wick::arch

/// Saves the running thread into `from` and continues `to`.
extern "C" void wick_switch_context(wick::arch::ThreadContext* from, const wick::arch::ThreadContext* to);
