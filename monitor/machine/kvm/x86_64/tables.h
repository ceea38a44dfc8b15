// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the processor needs to run ring 3 and nothing else: page tables with the guest's rights, a GDT, an IDT whose
// gates lead to a page of stubs, also in ring 3, a TSS whose bitmap opens two ports. They lie in guest memory that the
// guest has no mapping of.

#include <span>

#include "arch/page_tables.h"
#include "monitor/guest/memory.h"
#include "monitor/machine/kvm/x86_64/stub_ports.h"

namespace wick::monitor {

inline constexpr std::uint16_t kCallPort = CALL_PORT, kFaultPort = FAULT_PORT;

/// Selectors as Linux has them for user space: KVM's software variant expects just these.
inline constexpr std::uint16_t kTaskSelector = 0x40, kUserData = 0x2b, kUserCode = 0x33;

/// What lies on the exception stack when a fault stub has run.
struct FaultFrame {
  std::uint64_t vector, error_code, rip, cs, rflags, rsp, ss;
};
static_assert(sizeof(FaultFrame) == 56);

struct KvmTables {
  std::uint64_t root;  ///< CR3
  Gpa gdt, idt, task;
  std::uint16_t gdt_limit, idt_limit, task_limit;
};

/// @return the address of nothing (root 0) when they don't fit
KvmTables build_kvm_tables(const GuestMemory& memory);

/// Takes the write permission away in the guest's page tables, or gives it back.
Status set_writable_in_tables(Gpa start, std::uint64_t length, bool writable);
void settle_tables(hv::Splits what);

/// The stubs: position-independent, to be copied into the guest's vectors page.
std::span<const std::uint8_t> kvm_vectors();
/// Offsets in it of the call stub and of the instruction behind its OUT.
std::uint64_t kvm_call_offset();
std::uint64_t kvm_call_done_offset();

}  // namespace wick::monitor
