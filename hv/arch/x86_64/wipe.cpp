// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "arch/wipe.h"

#include "arch/instructions.h"

namespace wick::hv {
namespace {

constexpr std::uint64_t kOsXsave = 1u << 18, kX87SseAvx = 7;
constexpr std::uint64_t kBlock = 256;
bool has_avx = false;

}  // namespace

void start_wiping() {
  constexpr std::uint32_t kXsave = 1u << 26, kAvx = 1u << 28;
  if ((cpuid(1).ecx & (kXsave | kAvx)) != (kXsave | kAvx)) return;
  write_cr4(read_cr4() | kOsXsave);
  write_xcr0(kX87SseAvx);
  has_avx = true;
}

std::uint64_t extended_state() { return has_avx ? kX87SseAvx : 0; }

void wipe_pages(Gpa start, std::uint64_t length) {
  if (!length) return;
  auto at = raw(start);
  const auto end = at + length;
  if (!has_avx) {
    auto words = length / 8;
    asm volatile("rep stosq" : "+D"(at), "+c"(words) : "a"(0) : "memory");
    return;
  }
  asm volatile(
      "vpxor %%xmm0, %%xmm0, %%xmm0\n"
      "1: vmovdqa %%ymm0, (%0); vmovdqa %%ymm0, 32(%0); vmovdqa %%ymm0, 64(%0); vmovdqa %%ymm0, 96(%0)\n"
      "vmovdqa %%ymm0, 128(%0); vmovdqa %%ymm0, 160(%0); vmovdqa %%ymm0, 192(%0); vmovdqa %%ymm0, 224(%0)\n"
      "add %2, %0; cmp %1, %0; jb 1b; vzeroupper"
      : "+r"(at)
      : "r"(end), "i"(kBlock)
      : "memory", "xmm0", "cc");
}

void copy_pages(Gpa to, Gpa from, std::uint64_t length) {
  if (!length) return;
  auto target = raw(to), source = raw(from);
  const auto end = target + length;
  if (!has_avx) {
    auto words = length / 8;
    asm volatile("rep movsq" : "+D"(target), "+S"(source), "+c"(words)::"memory");
    return;
  }
  asm volatile(
      "1: vmovdqa (%1), %%ymm0; vmovdqa 32(%1), %%ymm1; vmovdqa 64(%1), %%ymm2; vmovdqa 96(%1), %%ymm3\n"
      "vmovdqa %%ymm0, (%0); vmovdqa %%ymm1, 32(%0); vmovdqa %%ymm2, 64(%0); vmovdqa %%ymm3, 96(%0)\n"
      "sub $-128, %1; sub $-128, %0; cmp %2, %0; jb 1b; vzeroupper"
      : "+r"(target), "+r"(source)
      : "r"(end)
      : "memory", "xmm0", "xmm1", "xmm2", "xmm3", "cc");
}

void set_vector_state(const CleanArea& area) {
  if (has_avx)
    asm volatile("xrstor64 %0" ::"m"(area), "a"(kX87SseAvx), "d"(0));
  else
    asm volatile("fxrstor64 %0" ::"m"(area));
}

}  // namespace wick::hv
