// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a wall has to do: keep a guest in and run it until it wants or breaks something. hv/machine does the rest, the
// same for every wall: one loop around `run`. One constant object a wall; all of them share the guest's page tables
// (arch/guest_paging.h), in which the guest runs in ring 3 even behind nested paging.

#include "abi/bootinfo.h"
#include "arch/page_tables.h"
#include "guest/arch/processor.h"
#include "guest/guest_map.h"
#include "guest/vcpu.h"

namespace wick::hv {

struct WallOperations {
  Wall kind;
  const char* name;  ///< for banner and refusals: "ring", "AMD-V", "VT-x"
  /// The instruction behind wick_trap, `trap_length` bytes.
  std::uint8_t trap[4];
  std::uint8_t trap_length;
  /// Whether this processor and its firmware allow it. Reads CPUID and MSRs only. @return nullptr, or what is missing
  const char* (*missing)();
  /// Bytes that `start` wants for tables and control blocks; multiple of 4096.
  std::uint64_t (*memory)(const GuestMap& map);
  /// Once, on the boot processor: builds nested tables for exactly `map` in `room`, which is cleared, and switches the
  /// extension on.
  Status (*start)(const GuestMap& map, MemoryRange room);
  /// Runs the guest with `vcpu.registers` until it exits and leaves its registers there. Called with interrupts off and
  /// returns so; vector registers and FS base stay the guest's throughout.
  Exit (*run)(Vcpu& vcpu);
  /// The same as arch/guest_paging.h's function for nested tables, where there are any; the guest's own tables are
  /// already changed. No TLB knows better afterwards.
  Status (*set_writable)(Gpa start, std::uint64_t length, bool writable);
  /// Likewise. Afterwards no TLB remembers what was dirty.
  void (*settle)(Splits what);
  /// What arch/system_state.h's functions leave to the wall: registers of the guest's that it exchanges with hv's.
  void (*keep)(ProcessorState& to);
  void (*restore)(const ProcessorState& from);
};

}  // namespace wick::hv
