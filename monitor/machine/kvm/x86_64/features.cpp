// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// KVM could list all that it supports, but that takes as long as the rest of the machine: it asks the processor a
// hundred times, and each time is an exit where the host is a guest itself. Nearly all of what ring 3 can use stands
// where the C library has kept it. Bits: Intel SDM volume 2, "CPUID"; AMD APM volume 3, appendix E.
#include "monitor/machine/kvm/x86_64/features.h"

#include <cpuid.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <iterator>

#include "cpu_features.h"
#include "monitor/base/kvm_headers.h"
#include "processor.h"

namespace wick::monitor {
namespace {

static_assert(sizeof(kvm_cpuid2) == 8);  // as the kernel has it

constexpr std::uint32_t kStates = 0xd, kExtended = 0x80000000, kLastExtended = 0x80000008;
constexpr std::uint32_t kAll = ~0u, kHypervisor = 1u << 31;
constexpr int kAsk = -1;  ///< the processor

struct Leaf {
  std::uint32_t function;
  int kept;               ///< by the C library, as this
  std::uint32_t bits[4];  ///< of EAX, EBX, ECX, EDX: those that are passed on
};
constexpr Leaf kLeaves[] = {
    {0, kAsk, {0, kAll, kAll, kAll}},  // the maker
    // SSE3 to SSE4.2, PCLMULQDQ, FMA, CX16, MOVBE, POPCNT, AES, XSAVE, AVX, F16C, RDRAND; FPU to SSE2
    {1, CPUID_INDEX_1, {kAll, 0xff00, 0x7ed8'3203, 0x0789'a179}},
    // FSGSBASE, BMI, AVX2, ERMS, AVX-512, RDSEED, ADX, CLFLUSHOPT, CLWB, SHA; GFNI, VAES, VPCLMULQDQ; FSRM
    {7, CPUID_INDEX_7, {0, 0xf1af'0329, 0x0000'5f42, 0x0080'011c}},
    {kStates, kAsk, {0xe7, 0, kAll, 0}},  // x87, SSE, AVX, AVX-512
    {kExtended, kAsk, {0, kAll, kAll, kAll}},
    // LAHF, LZCNT, SSE4A, PREFETCHW, XOP, FMA4, TBM; SYSCALL, NX, LM. RDTSCP is KVM's to give, which isn't asked.
    {kExtended | 1, CPUID_INDEX_80000001, {kAll, 0, 0x0021'09e1, 0x2250'0800}},
    {kLastExtended, CPUID_INDEX_80000008, {kAll, 0, 0, 0}},  // widths of addresses
};

kvm_cpuid_entry2 entry_of(const Leaf& leaf) {
  std::uint32_t has[4];
  if (leaf.kept == kAsk)
    __cpuid_count(leaf.function, 0, has[0], has[1], has[2], has[3]);
  else
    std::ranges::copy(__x86_get_cpuid_feature_leaf(static_cast<unsigned>(leaf.kept))->cpuid_array, has);
  for (unsigned i = 0; i < 4; ++i) has[i] &= leaf.bits[i];
  const bool has_more = leaf.function == 7 || leaf.function == kStates;
  return {leaf.function, 0, has_more ? KVM_CPUID_FLAG_SIGNIFCANT_INDEX : 0u, has[0], has[1], has[2], has[3], {}};
}

}  // namespace

bool tell_processor(int vcpu) {
  struct {
    kvm_cpuid2 head;
    kvm_cpuid_entry2 entries[std::size(kLeaves)];
  } told{};
  told.head.nent = std::size(kLeaves);
  std::ranges::transform(kLeaves, told.entries, entry_of);
  told.entries[0].eax = kStates;
  told.entries[1].ecx |= kHypervisor;
  told.entries[4].eax = kLastExtended;
  if (ioctl(vcpu, KVM_SET_CPUID2, &told) != 0) return false;
  // Else the guest has x87 and SSE: enough for everything that doesn't ask for more.
  for (const std::uint64_t states : {extended_state(), std::uint64_t{7}}) {
    kvm_xcrs registers{};
    registers.nr_xcrs = 1;
    registers.xcrs[0].value = states;
    if (ioctl(vcpu, KVM_SET_XCRS, &registers) == 0) break;
  }
  return true;
}

}  // namespace wick::monitor
