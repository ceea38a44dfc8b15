// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What runs the guest's instructions: a vCPU of KVM's in ring 3, or this very process. Everything else of the monitor
// is the same for both. One constant object each.

#include "abi/bootinfo.h"
#include "arch/page_tables.h"
#include "guest/arch/processor.h"
#include "monitor/base/sentence.h"
#include "monitor/guest/memory.h"
#include "monitor/jail/confine.h"

namespace wick::monitor {

using hv::ProcessorState;

struct MachineOperations {
  Wall kind;
  const char* name;  ///< for the user: "hosted, /dev/kvm"
  GuestMemory::Needs (*needs)(std::uint64_t size);
  /// Opens what it takes, before any memory is mapped. @return what is wrong in one sentence
  Outcome (*open)();
  /// What of the machine lies in the guest's memory: before start(), and before copies of this process have theirs.
  /// @return what is wrong in one sentence
  Outcome (*lay_out)(const GuestMemory& memory);
  /// Once, behind open() and with the memory mapped.
  Outcome (*start)(GuestMemory& memory);
  /// Code for wick_trap, which makes the guest's call arrive in `run`. @param to kTrapBytes
  void (*place_trap)(const GuestMemory& memory, std::uint8_t* to);
  /// Runs the guest with `vcpu.registers` until it exits and leaves its registers there.
  hv::Exit (*run)(hv::Vcpu& vcpu);
  /// GuestMemory's function for tables that the machine has of its own.
  Status (*set_writable)(Gpa start, std::uint64_t length, bool writable);
  /// What becomes of large pages in them that were split since.
  void (*settle)(hv::Splits what);
  ProcessorState (*state)(const hv::Vcpu& vcpu);
  /// Nothing of what the vCPU had before is left.
  void (*set_state)(hv::Vcpu& vcpu, const ProcessorState& state);
  /// Takes a running guest back with ExitCause::interrupt. Called from a signal handler of the guest's
  /// thread, with the handler's third argument; may not return.
  void (*interrupt)(void* context);
  /// What `run` asks of the kernel.
  void (*permit)(Permissions& may);
};

extern const MachineOperations kvm_machine, process_machine;

}  // namespace wick::monitor
