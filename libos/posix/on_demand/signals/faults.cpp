// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// A fault as a signal: hv lets the guest look at it once before it counts as a crash (hv/guest/fault_upcall.h). The
// handler runs where the fault was, or on the alternate stack; it may leave by siglongjmp(), or come back, when the
// instruction is tried again. Behind the wall `none` no handler runs, and a fault is a crash.

#include <cerrno>
#include <cstring>

#include "abi/crash.h"
#include "arch/fault.h"
#include "arch/thread_context.h"
#include "posix/on_demand/signals/actions.h"

using namespace wick;
using namespace wick::posix;

extern "C" {

[[noreturn]] void wick_start_on_stack(void* top, void (*function)(void*), void* argument);
[[noreturn]] void wick_resume(const CrashRegisters* registers, const arch::VectorRegisters* vectors);
void wick_fault_signal(CrashRecord* record, char* stack, const void* vectors);

}  // extern "C"

namespace {

/// Stands on the handler's stack.
struct Interrupted {
  CrashRecord* record;
  arch::VectorRegisters vectors;
  CrashRegisters registers;
  siginfo_t information;
  ucontext_t context;
};
static_assert(sizeof(CrashRegisters) == sizeof(mcontext_t));

void handle(void* argument) {
  auto& interrupted = *static_cast<Interrupted*>(argument);
  // From here on a fault is another one, and the thread may lose the processor: it has left the stack of faults.
  __atomic_store_n(&interrupted.record->magic, 0, __ATOMIC_RELEASE);
  std::memcpy(&interrupted.context.uc_mcontext, &interrupted.registers, sizeof(CrashRegisters));
  signals::run_handler(interrupted.information, interrupted.context);
  std::memcpy(&interrupted.registers, &interrupted.context.uc_mcontext, sizeof(CrashRegisters));
  wick_resume(&interrupted.registers, &interrupted.vectors);
}

}  // namespace

/// Comes back when no handler takes it.
void wick_fault_signal(CrashRecord* record, char* stack, const void* vectors) {
  const wick_pthread& thread = *self();
  const arch::FaultSignal fault = arch::fault_signal(record->vector, record->error_code);
  const bool handled = record->cause != CrashCause::forbidden && thread.scheduled == &sched::current() &&
                       signals::has_handler(fault.number) && !(thread.blocked & signals::bit(fault.number));
  if (!handled) return;
  const bool aside = (signals::actions[fault.number].sa_flags & SA_ONSTACK) &&
                     !(thread.alternate.ss_flags & SS_DISABLE) && !signals::on_alternate(thread, stack);
  if (aside) stack = static_cast<char*>(thread.alternate.ss_sp) + thread.alternate.ss_size;
  constexpr std::uintptr_t kAlignment = alignof(Interrupted);
  stack -= sizeof(Interrupted);
  auto& interrupted = *reinterpret_cast<Interrupted*>(reinterpret_cast<std::uintptr_t>(stack) & ~(kAlignment - 1));
  interrupted.record = record;
  interrupted.vectors = *static_cast<const arch::VectorRegisters*>(vectors);
  interrupted.registers = record->registers;
  interrupted.information = {};
  interrupted.information.si_signo = fault.number;
  interrupted.information.si_code = fault.code;
  interrupted.information.si_addr =
      reinterpret_cast<void*>(fault.of_data ? record->fault_address : record->registers.program_counter());
  interrupted.context = {};
  interrupted.context.uc_sigmask = thread.blocked;
  interrupted.context.uc_stack = thread.alternate;
  wick_start_on_stack(&interrupted, handle, &interrupted);
}
