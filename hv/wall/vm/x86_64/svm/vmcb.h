// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The virtual machine control block (AMD APM volume 2, appendix B): layout, intercepts and exit codes as far as Wick
// uses them.

#include "abi/types.h"

namespace wick::hv::svm {

struct Segment {
  std::uint16_t selector, attributes;
  std::uint32_t limit;
  std::uint64_t base;
};
static_assert(sizeof(Segment) == 16);

struct Vmcb {
  std::uint32_t intercept_cr, intercept_dr, intercept_exceptions, intercept_1, intercept_2;
  std::uint8_t reserved_014[0x02c];
  std::uint64_t io_permissions, msr_permissions, tsc_offset;
  std::uint32_t asid;
  std::uint8_t tlb_control, reserved_05d[3];
  std::uint64_t virtual_interrupts, interrupt_shadow;
  std::uint64_t exit_code, exit_info_1, exit_info_2, exit_interrupt;
  std::uint64_t nested_paging;
  std::uint8_t reserved_098[0x010];
  std::uint64_t inject;
  std::uint64_t nested_root;
  std::uint8_t reserved_0b8[0x348];

  Segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
  std::uint8_t reserved_4a0[0x02b];
  std::uint8_t cpl;
  std::uint32_t reserved_4cc;
  std::uint64_t efer;
  std::uint8_t reserved_4d8[0x070];
  std::uint64_t cr4, cr3, cr0, dr7, dr6, rflags, rip;
  std::uint8_t reserved_580[0x058];
  std::uint64_t rsp;
  std::uint8_t reserved_5e0[0x018];
  std::uint64_t rax;
  std::uint8_t reserved_600[0x040];
  std::uint64_t cr2;
  std::uint8_t reserved_648[0x020];
  std::uint64_t pat;
  std::uint8_t reserved_670[0x990];
};
static_assert(offsetof(Vmcb, io_permissions) == 0x040);
static_assert(offsetof(Vmcb, asid) == 0x058);
static_assert(offsetof(Vmcb, exit_code) == 0x070);
static_assert(offsetof(Vmcb, nested_paging) == 0x090);
static_assert(offsetof(Vmcb, inject) == 0x0a8);
static_assert(offsetof(Vmcb, nested_root) == 0x0b0);
static_assert(offsetof(Vmcb, es) == 0x400);
static_assert(offsetof(Vmcb, tr) == 0x490);
static_assert(offsetof(Vmcb, cpl) == 0x4cb);
static_assert(offsetof(Vmcb, efer) == 0x4d0);
static_assert(offsetof(Vmcb, cr4) == 0x548);
static_assert(offsetof(Vmcb, rip) == 0x578);
static_assert(offsetof(Vmcb, rsp) == 0x5d8);
static_assert(offsetof(Vmcb, rax) == 0x5f8);
static_assert(offsetof(Vmcb, cr2) == 0x640);
static_assert(offsetof(Vmcb, pat) == 0x668);
static_assert(sizeof(Vmcb) == 4096);

/// `intercept_1` and `intercept_2`: all but what is the firmware's (SMI 2), what an unprivileged program may do anyway
/// (RDTSC 14, PUSHF 16, POPF 17, CPUID 18, IRET 20, INTn 21, PAUSE 23, RDTSCP 7) and what nobody can (virtual
/// interrupts 4; of the second word, bits from 15 on mean features that are off).
inline constexpr std::uint32_t kIntercept1 =
    ~(1u << 2 | 1u << 4 | 1u << 14 | 1u << 16 | 1u << 17 | 1u << 18 | 1u << 20 | 1u << 21 | 1u << 23);
inline constexpr std::uint32_t kIntercept2 = 0x7fff & ~(1u << 7);

inline constexpr std::uint64_t kVirtualInterruptMasking = 1 << 24;
inline constexpr std::uint8_t kFlushAll = 1;

/// Appendix C.
enum class ExitCode : std::uint64_t {
  first_exception = 0x40,
  last_exception = 0x5f,
  interrupt = 0x60,
  nmi = 0x61,
  smi = 0x62,
  init = 0x63,
  port = 0x7b,
  msr = 0x7c,
  shutdown = 0x7f,
  vmmcall = 0x81,
  nested_page_fault = 0x400,
};

}  // namespace wick::hv::svm
