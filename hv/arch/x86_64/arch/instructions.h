// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The processor's privileged instructions as functions. hv only; nothing above the wall may include this.

#include "abi/types.h"

namespace wick::hv {

struct CpuidResult {
  std::uint32_t eax, ebx, ecx, edx;
};

inline CpuidResult cpuid(std::uint32_t leaf, std::uint32_t subleaf = 0) {
  CpuidResult r;
  asm volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(subleaf));
  return r;
}

enum class Msr : std::uint32_t {
  apic_base = 0x1b,
  feature_control = 0x3a,
  speculation_control = 0x48,
  predictor_command = 0x49,
  arch_capabilities = 0x10a,
  sysenter_cs = 0x174,
  sysenter_esp = 0x175,
  sysenter_eip = 0x176,
  pat = 0x277,
  vmx_basic = 0x480,
  vmx_pin = 0x481,
  vmx_processor = 0x482,
  vmx_exit = 0x483,
  vmx_entry = 0x484,
  vmx_cr0_fixed0 = 0x486,
  vmx_cr0_fixed1 = 0x487,
  vmx_cr4_fixed0 = 0x488,
  vmx_cr4_fixed1 = 0x489,
  vmx_secondary = 0x48b,
  vmx_true_pin = 0x48d,
  vmx_true_processor = 0x48e,
  vmx_true_exit = 0x48f,
  vmx_true_entry = 0x490,
  x2apic_base = 0x800,
  efer = 0xc0000080,
  star = 0xc0000081,
  lstar = 0xc0000082,
  flag_mask = 0xc0000084,
  fs_base = 0xc0000100,
  gs_base = 0xc0000101,
  kernel_gs_base = 0xc0000102,
  vm_cr = 0xc0010114,
  vm_host_save = 0xc0010117,
  kvm_wall_clock = 0x4b564d00,
  kvm_system_time = 0x4b564d01,
};

inline std::uint64_t read_msr(Msr msr) {
  std::uint32_t low, high;
  asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
  return static_cast<std::uint64_t>(high) << 32 | low;
}

inline void write_msr(Msr msr, std::uint64_t value) {
  asm volatile("wrmsr" ::"c"(msr), "a"(static_cast<std::uint32_t>(value)), "d"(static_cast<std::uint32_t>(value >> 32))
               : "memory");
}

inline Cycles read_tsc() {
  std::uint32_t low, high;
  asm volatile("rdtsc" : "=a"(low), "=d"(high));
  return Cycles{static_cast<std::uint64_t>(high) << 32 | low};
}

template <typename T>
T port_in(std::uint16_t port) {
  T value;
  if constexpr (sizeof(T) == 1) asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  if constexpr (sizeof(T) == 2) asm volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
  if constexpr (sizeof(T) == 4) asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

template <typename T>
void port_out(std::uint16_t port, T value) {
  if constexpr (sizeof(T) == 1) asm volatile("outb %0, %1" ::"a"(value), "Nd"(port));
  if constexpr (sizeof(T) == 2) asm volatile("outw %0, %1" ::"a"(value), "Nd"(port));
  if constexpr (sizeof(T) == 4) asm volatile("outl %0, %1" ::"a"(value), "Nd"(port));
}

template <unsigned kNumber>
std::uint64_t control_register() {
  std::uint64_t v;
  asm volatile("mov %%cr%c1, %0" : "=r"(v) : "i"(kNumber));
  return v;
}
inline std::uint64_t read_cr0() { return control_register<0>(); }
inline std::uint64_t fault_address() { return control_register<2>(); }
inline std::uint64_t read_cr3() { return control_register<3>(); }
inline std::uint64_t read_cr4() { return control_register<4>(); }
inline void write_cr0(std::uint64_t v) { asm volatile("mov %0, %%cr0" ::"r"(v) : "memory"); }
inline void write_cr3(std::uint64_t v) { asm volatile("mov %0, %%cr3" ::"r"(v) : "memory"); }
inline void write_cr4(std::uint64_t v) { asm volatile("mov %0, %%cr4" ::"r"(v) : "memory"); }
inline void write_xcr0(std::uint64_t v) {
  asm volatile("xsetbv" ::"c"(0), "a"(static_cast<std::uint32_t>(v)), "d"(static_cast<std::uint32_t>(v >> 32)));
}
inline void invalidate_page(Gpa page) { asm volatile("invlpg (%0)" ::"r"(raw(page)) : "memory"); }
inline void flush_cache_line(Gpa address) { asm volatile("clflush (%0)" ::"r"(raw(address)) : "memory"); }

inline std::uint64_t read_fs_base() {
  std::uint64_t v;
  asm volatile("rdfsbase %0" : "=r"(v));
  return v;
}
inline void write_fs_base(std::uint64_t v) { asm volatile("wrfsbase %0" ::"r"(v)); }

inline void enable_interrupts() { asm volatile("sti" ::: "memory"); }
inline void disable_interrupts() { asm volatile("cli" ::: "memory"); }
/// Takes what has arrived: one instruction with interrupts enabled.
inline void accept_interrupts() { asm volatile("sti; nop; cli" ::: "memory"); }
/// Sleeps until an interrupt. STI's shadow makes enabling and halting one step.
inline void halt_until_interrupt() { asm volatile("sti; hlt; cli" ::: "memory"); }
[[noreturn]] inline void halt_forever() {
  for (;;) asm volatile("cli; hlt");
}

}  // namespace wick::hv
