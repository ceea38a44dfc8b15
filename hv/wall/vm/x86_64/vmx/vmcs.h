// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The virtual-machine control structure (Intel SDM volume 3, appendix B): fields, controls and exit reasons as far as
// Wick uses them, and the instructions that reach them.

#include "abi/types.h"

namespace wick::hv::vmx {

/// Appendix B, in manual order.
enum class Field : std::uint64_t {
  vpid = 0x0000,
  guest_es = 0x0800,  ///< then CS, SS, DS, FS, GS, LDTR, TR, each 2 further
  guest_cs = 0x0802,
  guest_tr = 0x080e,
  host_es = 0x0c00,  ///< then CS, SS, DS, FS, GS, TR
  host_cs = 0x0c02,
  host_ss = 0x0c04,
  host_ds = 0x0c06,
  host_tr = 0x0c0c,
  ports_a = 0x2000,
  ports_b = 0x2002,
  msrs = 0x2004,
  ept_pointer = 0x201a,
  guest_physical_address = 0x2400,
  link_pointer = 0x2800,
  pin_controls = 0x4000,
  processor_controls = 0x4002,
  exceptions = 0x4004,
  exit_controls = 0x400c,
  entry_controls = 0x4012,
  secondary_controls = 0x401e,
  exit_reason = 0x4402,
  exit_interruption = 0x4404,
  exit_error_code = 0x4406,
  exit_instruction_length = 0x440c,
  guest_es_limit = 0x4800,
  guest_tr_limit = 0x480e,
  guest_es_rights = 0x4814,
  guest_cs_rights = 0x4816,
  guest_tr_rights = 0x4822,
  guest_interruptibility = 0x4824,
  cr0_mask = 0x6000,
  cr4_mask = 0x6002,
  exit_qualification = 0x6400,
  guest_cr0 = 0x6800,
  guest_cr3 = 0x6802,
  guest_cr4 = 0x6804,
  guest_fs_base = 0x680e,
  guest_gs_base = 0x6810,
  guest_dr7 = 0x681a,
  guest_rsp = 0x681c,
  guest_rip = 0x681e,
  guest_rflags = 0x6820,
  host_cr0 = 0x6c00,
  host_cr3 = 0x6c02,
  host_cr4 = 0x6c04,
  host_tr_base = 0x6c0a,
  host_gdtr_base = 0x6c0c,
  host_idtr_base = 0x6c0e,
  host_rip = 0x6c16,
};

// §25.6: controls. All that is offered of the optional ones is taken.
inline constexpr std::uint32_t kPinNeeded = 1 << 0 | 1 << 3;  // external interrupts and NMIs exit
/// HLT, INVLPG, MWAIT, RDPMC, CR3 and CR8 both ways, debug registers, both bitmaps, MONITOR, secondary controls.
inline constexpr std::uint32_t kProcessorNeeded = 1u << 7 | 1u << 9 | 1u << 10 | 1u << 11 | 1u << 15 | 1u << 16 |
                                                  1u << 19 | 1u << 20 | 1u << 23 | 1u << 25 | 1u << 28 | 1u << 29 |
                                                  1u << 31;
inline constexpr std::uint32_t kSecondaryNeeded = 1 << 1;  // EPT
inline constexpr std::uint32_t kSecondaryWanted =
    1 << 2 | 1 << 3 | 1 << 5 | 1 << 6;  // descriptor tables, RDTSCP, VPID, WBINVD
inline constexpr std::uint32_t kVpid = 1 << 5;
inline constexpr std::uint32_t kExitNeeded = 1 << 9;   // the host is 64-bit
inline constexpr std::uint32_t kEntryNeeded = 1 << 9;  // the guest is 64-bit

/// Appendix C.
enum class Reason : std::uint16_t {
  exception = 0,
  interrupt = 1,
  triple_fault = 2,
  init = 3,  ///< which is not kept for the host
  io_smi = 5,
  other_smi = 6,
  cpuid = 10,
  vmcall = 18,
  port = 30,
  msr_read = 31,
  msr_write = 32,
  invalid_state = 33,
  ept_violation = 48,
};

inline std::uint64_t read(Field field) {
  std::uint64_t value;
  asm volatile("vmread %1, %0" : "=rm"(value) : "r"(static_cast<std::uint64_t>(field)) : "cc");
  return value;
}

/// @return false when the processor doesn't know the field
inline bool write(Field field, std::uint64_t value) {
  bool failed;
  asm volatile("vmwrite %1, %2" : "=@ccbe"(failed) : "rm"(value), "r"(static_cast<std::uint64_t>(field)));
  return !failed;
}

}  // namespace wick::hv::vmx
