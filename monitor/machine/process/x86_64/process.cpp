// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The machine `process`: the guest runs in this process, where nobody has KVM. Its memory is mapped with the same
// rights, its faults are signals, and a seccomp filter lets no system call through that comes from its code. It shares
// the address space with the monitor, so this contains accidents, not attackers (docs/hosted.md).

#include <immintrin.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <cerrno>
#include <cstring>

#include "guest/arch/x86_64/entry.h"
#include "monitor/base/sentence.h"
#include "monitor/machine/machine.h"
#include "processor.h"
#include "raw_call.h"

extern "C" {
unsigned wick_process_run(wick::hv::Vcpu* vcpu);
void wick_process_call();
extern const char wick_process_pop[];
[[noreturn]] void wick_process_leave(wick::hv::Vcpu* vcpu, unsigned why);
extern const char __executable_start[], etext[];
extern bool wick_process_asks;
}

namespace wick::monitor {

using hv::Exit;
using hv::ExitCause;
using hv::Vcpu;

namespace {

/// Vcpu::wall as entry.S uses it.
enum Slot : unsigned { our_stack, our_fs, guest_fs, control, whole, extended };

/// What wick_process_run() returns.
enum Why : unsigned { kCall, kException, kForbidden, kInterrupt };

constexpr unsigned kDebug = 1, kPageFault = 14;
constexpr std::uint64_t kTrapFlag = 1 << 8;
constexpr unsigned long kFsgsbase = 1 << 1;  ///< of AT_HWCAP2 (Linux Documentation/arch/x86/elf_auxvec.rst)

Vcpu* running = nullptr;  ///< the vCPU whose registers the processor holds
Exit last;                ///< of kException and kForbidden

GuestMemory::Needs needs(std::uint64_t size) { return {size, 0, true, {}}; }

Outcome open() { return {}; }

/// Linux before 5.9, and some that are guests themselves, forget what WRFSBASE has written.
Outcome lay_out(const GuestMemory&) {
  wick_process_asks = !(getauxval(AT_HWCAP2) & kFsgsbase);
  return {};
}

/// A signal has stopped the guest: its thread pointer is kept, ours is back.
[[gnu::no_stack_protector]] void change_thread_pointer(Vcpu& vcpu) {
  if (wick_process_asks) return raw_set_base(SegmentBase::fs, vcpu.wall[our_fs]);
  vcpu.wall[guest_fs] = _readfsbase_u64();
  _writefsbase_u64(vcpu.wall[our_fs]);
}

/// What the kernel leaves in a signal frame behind FXSAVE's part (its asm/sigcontext.h, struct _fpx_sw_bytes).
struct FrameEnd {
  std::uint32_t magic, extended_size;
  std::uint64_t features;
  std::uint32_t size;
};
constexpr std::uint32_t kFrameMagic = 0x46505853;
constexpr std::size_t kFrameEnd = 464;

/// Vector registers of a guest that a signal has stopped: it may go on. Beside the stack of signals.
constexpr std::size_t kVectors = 16 << 10;
std::uint8_t* vectors = nullptr;

void keep_vectors(const mcontext_t& from, Vcpu& vcpu) {
  const auto* area = reinterpret_cast<const std::uint8_t*>(from.fpregs);
  FrameEnd end;
  std::memcpy(&end, area + kFrameEnd, sizeof end);
  if (end.magic != kFrameMagic || end.size > kVectors) return;
  std::memcpy(vectors, area, end.size);
  vcpu.wall[extended] = reinterpret_cast<std::uint64_t>(vectors);
}

void keep(const mcontext_t& from, Vcpu& vcpu) {
  const auto* r = from.gregs;
  const auto value = [&](int index) { return static_cast<std::uint64_t>(r[index]); };
  vcpu.registers = {value(REG_RAX), value(REG_RBX), value(REG_RCX), value(REG_RDX), value(REG_RSI), value(REG_RDI),
                    value(REG_RBP), value(REG_RSP), value(REG_R8),  value(REG_R9),  value(REG_R10), value(REG_R11),
                    value(REG_R12), value(REG_R13), value(REG_R14), value(REG_R15), value(REG_RIP), value(REG_EFL)};
  keep_vectors(from, vcpu);
  running = nullptr;
}

bool is_own(std::uint64_t rip) {
  return rip >= reinterpret_cast<std::uint64_t>(__executable_start) && rip < reinterpret_cast<std::uint64_t>(etext);
}

/// Whether the guest has faulted: its code, or code that it reached by a wild jump. The monitor's own faults are not
/// the guest's, but for the one instruction of entry.S that pops from the guest's stack.
bool is_guests(std::uint64_t rip) { return !is_own(rip) || rip == reinterpret_cast<std::uint64_t>(wick_process_pop); }

/// The guest's thread pointer is live when a signal comes: this runs before anything that may use ours.
[[gnu::no_stack_protector]] void on_fault(int signal, siginfo_t*, void* context) {
  drop_flags();
  Vcpu* vcpu = running;
  auto& machine = static_cast<ucontext_t*>(context)->uc_mcontext;
  const auto rip = static_cast<std::uint64_t>(machine.gregs[REG_RIP]);
  if (rip == reinterpret_cast<std::uint64_t>(&wick_process_call) && machine.gregs[REG_TRAPNO] == kDebug) {
    machine.gregs[REG_EFL] &= ~static_cast<greg_t>(kTrapFlag);  // a step into a call: it ends when the call does
    return;
  }
  if (!vcpu || !is_guests(rip)) {
    if (vcpu) change_thread_pointer(*vcpu);
    ::signal(signal, SIG_DFL);
    raise(signal);
    return;
  }
  change_thread_pointer(*vcpu);
  keep(machine, *vcpu);
  if (signal == SIGSYS) {
    last = {.cause = ExitCause::forbidden, .what = "the guest made a system call"};
    wick_process_leave(vcpu, kForbidden);
  }
  const auto vector = static_cast<std::uint32_t>(machine.gregs[REG_TRAPNO]);
  last = {ExitCause::exception, vector, static_cast<std::uint64_t>(machine.gregs[REG_ERR]),
          vector == kPageFault ? static_cast<std::uint64_t>(machine.gregs[REG_CR2]) : 0};
  wick_process_leave(vcpu, kException);
}

Outcome start(GuestMemory&) {
  constexpr std::size_t kStack = 64 << 10;
  stack_t stack{};
  stack.ss_size = kStack;
  stack.ss_sp = mmap(nullptr, kStack + kVectors, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (stack.ss_sp == MAP_FAILED || sigaltstack(&stack, nullptr) != 0)
    return sentence("there is no memory for a signal stack: %s", std::strerror(errno));
  vectors = static_cast<std::uint8_t*>(stack.ss_sp) + kStack;
  struct sigaction action{};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;  // the handler doesn't return
  for (const int signal : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS}) sigaction(signal, &action, nullptr);
  return {};
}

/// movabsq $wick_process_call, %rcx; jmp *%rcx
void place_trap(const GuestMemory&, std::uint8_t* to) {
  const auto target = reinterpret_cast<std::uint64_t>(&wick_process_call);
  to[0] = 0x48;
  to[1] = 0xb9;
  std::memcpy(to + 2, &target, sizeof target);
  to[10] = 0xff;
  to[11] = 0xe1;
  if (wick_process_asks) to[kTrapBytes - 1] = kThreadPointerByTrap;
}

Exit run(Vcpu& vcpu) {
  const auto& r = vcpu.registers;
  const bool from_call = r.rflags == hv::kInitialFlags && r.rcx == reinterpret_cast<std::uint64_t>(&wick_process_call);
  vcpu.wall[whole] = !from_call || vcpu.wall[extended];
  running = &vcpu;
  const unsigned why = wick_process_run(&vcpu);
  running = nullptr;
  if (why == kCall) vcpu.wall[extended] = 0;
  if (why == kCall && r.call_number() == kSetThreadPointer) {
    vcpu.wall[guest_fs] = r.first_argument();
    return {ExitCause::interrupt};
  }
  switch (why) {
    case kCall:
      return {ExitCause::call};
    case kInterrupt:
      return {ExitCause::interrupt};
    default:
      return last;
  }
}

[[gnu::no_stack_protector]] void interrupt(void* context) {
  Vcpu* vcpu = running;
  const auto& machine = static_cast<ucontext_t*>(context)->uc_mcontext;
  if (!vcpu || is_own(static_cast<std::uint64_t>(machine.gregs[REG_RIP]))) return;  // it is about to come back
  change_thread_pointer(*vcpu);
  keep(machine, *vcpu);
  wick_process_leave(vcpu, kInterrupt);
}

Status set_writable(Gpa, std::uint64_t, bool) { return Status::ok; }  // the mapping's rights are the guest's
void settle(hv::Splits) {}

struct Control {
  std::uint32_t mxcsr;
  std::uint16_t x87, reserved;
};
static_assert(sizeof(Control) == sizeof(std::uint64_t));

ProcessorState state(const Vcpu& vcpu) {
  Control words;
  std::memcpy(&words, &vcpu.wall[control], sizeof words);
  return {vcpu.wall[guest_fs], wick_process_asks ? 0 : _readgsbase_u64(), words.mxcsr, words.x87, 0};
}

void set_state(Vcpu& vcpu, const ProcessorState& state) {
  const Control words{state.mxcsr, state.x87_control, 0};
  std::memcpy(&vcpu.wall[control], &words, sizeof words);
  vcpu.wall[guest_fs] = state.fs_base;
  // We use it as little as the guest.
  wick_process_asks ? raw_set_base(SegmentBase::gs, state.gs_base) : _writegsbase_u64(state.gs_base);
  static hv::CleanArea clean;
  clean = hv::CleanArea(state);
  vcpu.wall[extended] = 0;
  if (extended_state())  // then entry.S restores what it finds there
    vcpu.wall[extended] = reinterpret_cast<std::uint64_t>(&clean);
  else
    asm volatile("fxrstor64 %0" ::"m"(clean) : "memory");
}

void permit(Permissions& may) { may.thread_pointer = wick_process_asks; }

}  // namespace

constinit const MachineOperations process_machine{Wall::process, "process",  needs,     open,         lay_out,
                                                  start,         place_trap, run,       set_writable, settle,
                                                  state,         set_state,  interrupt, permit};

}  // namespace wick::monitor
