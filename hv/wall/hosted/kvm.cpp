// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The machine `hosted`: one VM, one vCPU that is in ring 3 from its first instruction and never leaves it, on KVM's
// plain interface (Linux Documentation/virt/kvm/api.rst). Works on VT-x, on AMD-V, and on software KVM that can't run
// anything but ring 3 at the processor's speed.

#include <fcntl.h>
#include <immintrin.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "wall/hosted/kvm_headers.h"
#include "wall/hosted/kvm_tables.h"
#include "wall/hosted/machine.h"
#include "wall/hosted/sentence.h"

namespace wick::hosted {

using hv::Exit;
using hv::ExitCause;
using hv::Vcpu;

namespace {

using Outcome = std::expected<void, std::string>;

constexpr int kApiVersion = 12;
constexpr unsigned kPageFault = 14;

struct Kvm {
  int device = -1, vm = -1, vcpu = -1;
  kvm_run* run = nullptr;
  bool unfinished = false;  ///< KVM would complete an access at the next entry, with the registers of its beginning
  const GuestMemory* memory = nullptr;
  KvmTables tables{};
  bool untouched = true;  ///< the vCPU's special registers are those of start()
};
Kvm kvm;

Outcome failed(const char* what) { return sentence("KVM refuses %s: %s", what, std::strerror(errno)); }

Outcome open_device() {
  kvm.device = open("/dev/kvm", O_RDWR | O_CLOEXEC);
  if (kvm.device >= 0) return {};
  if (errno == ENOENT) return sentence("there is no /dev/kvm on this machine: run with --wall process");
  if (errno == EACCES)
    return sentence("/dev/kvm may not be opened by this user: join its group, or run with --wall process");
  return sentence("/dev/kvm can't be opened (%s): run with --wall process", std::strerror(errno));
}

/// What KVM can give the guest of the processor. Telling it takes as long as making the machine, so a thread asks
/// meanwhile.
class ProcessorList {
 public:
  bool start() { return pthread_create(&thread_, nullptr, ask, this) == 0; }
  /// @return nullptr when KVM doesn't tell
  kvm_cpuid2* finish() {
    pthread_join(thread_, nullptr);
    return told_ ? &list() : nullptr;
  }

 private:
  static constexpr unsigned kMost = 100;
  static void* ask(void* self) {
    auto& our = *static_cast<ProcessorList*>(self);
    our.list().nent = kMost;
    our.told_ = ioctl(kvm.device, KVM_GET_SUPPORTED_CPUID, &our.list()) == 0;
    return nullptr;
  }
  kvm_cpuid2& list() { return *reinterpret_cast<kvm_cpuid2*>(room_); }

  pthread_t thread_{};
  bool told_ = false;
  alignas(kvm_cpuid2) std::uint8_t room_[sizeof(kvm_cpuid2) + kMost * sizeof(kvm_cpuid_entry2)] = {};
};

/// Vector extensions included.
Outcome set_processor(kvm_cpuid2* list) {
  if (!list) return failed("to tell its processor");
  if (ioctl(kvm.vcpu, KVM_SET_CPUID2, list) != 0) return failed("the processor's features");
  std::uint32_t low, high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  kvm_xcrs registers{};
  registers.nr_xcrs = 1;
  registers.xcrs[0].value = std::uint64_t{high} << 32 | low;
  // Without it the guest has x87 and SSE: enough for everything that doesn't ask for more.
  if (ioctl(kvm.vcpu, KVM_SET_XCRS, &registers) != 0) {
    registers.xcrs[0].value = 7;
    ioctl(kvm.vcpu, KVM_SET_XCRS, &registers);
  }
  return {};
}

/// The guest's TSC is the host's: the clock page is written by the latter.
void share_tsc() {
  std::uint64_t offset = 0;
  kvm_device_attr attribute{};
  attribute.group = KVM_VCPU_TSC_CTRL;
  attribute.attr = KVM_VCPU_TSC_OFFSET;
  attribute.addr = reinterpret_cast<std::uint64_t>(&offset);
  ioctl(kvm.vcpu, KVM_SET_DEVICE_ATTR, &attribute);
}

GuestMemory::Needs needs(std::uint64_t size) { return {size, kvm_tables_length(size), false, kvm_vectors()}; }

Outcome make_machine() {
  if ((kvm.vm = ioctl(kvm.device, KVM_CREATE_VM, 0)) < 0) return failed("a virtual machine");
  if ((kvm.vcpu = ioctl(kvm.vm, KVM_CREATE_VCPU, 0)) < 0) return failed("a vCPU");
  const int length = ioctl(kvm.device, KVM_GET_VCPU_MMAP_SIZE, 0);
  void* run = mmap(nullptr, static_cast<std::size_t>(length), PROT_READ | PROT_WRITE, MAP_SHARED, kvm.vcpu, 0);
  if (run == MAP_FAILED) return failed("the vCPU's page");
  kvm.run = static_cast<kvm_run*>(run);
  share_tsc();
  return {};
}

Outcome open_kvm() {
  if (auto done = open_device(); !done) return done;
  if (ioctl(kvm.device, KVM_GET_API_VERSION, 0) != kApiVersion)
    return sentence("/dev/kvm is not KVM, or of another time than version %d: run with --wall process", kApiVersion);
  ProcessorList list;
  if (!list.start()) return failed("a thread");
  auto made = make_machine();
  auto* processor = list.finish();
  return made ? set_processor(processor) : made;
}

kvm_segment segment(std::uint16_t selector, std::uint8_t type, bool code) {
  kvm_segment s{};
  s.selector = selector;
  s.limit = 0xffffffff;
  s.type = type;
  s.present = s.s = s.g = 1;
  s.dpl = 3;
  s.l = code;
  s.db = !code;
  return s;
}

/// Ring 3 in 64-bit mode. SYSCALL stays off: a guest that tries it has executed an undefined instruction.
kvm_sregs special_registers(std::uint64_t fs_base) {
  constexpr std::uint8_t kReadExecute = 11, kReadWrite = 3, kBusyTask = 11;
  constexpr std::uint64_t kProtectionPagingFpu = 0x80050033;  // PE MP ET NE WP AM PG
  constexpr std::uint64_t kExtensions = 0x50620;              // PAE OSFXSR OSXMMEXCPT FSGSBASE OSXSAVE
  constexpr std::uint64_t kLongModeNoExecute = 0xd00;         // LME LMA NXE
  kvm_sregs s{};
  s.cr0 = kProtectionPagingFpu;
  s.cr3 = kvm.tables.root;
  s.cr4 = kExtensions;
  s.efer = kLongModeNoExecute;
  s.apic_base = 0xfee00900;
  s.cs = segment(kUserCode, kReadExecute, true);
  s.ss = s.ds = s.es = s.fs = s.gs = segment(kUserData, kReadWrite, false);
  s.fs.base = fs_base;
  s.ldt.unusable = 1;
  s.tr.selector = kTaskSelector;
  s.tr.base = raw(kvm.tables.task);
  s.tr.limit = kvm.tables.task_limit;
  s.tr.type = kBusyTask;
  s.tr.present = 1;
  s.gdt.base = raw(kvm.tables.gdt);
  s.gdt.limit = kvm.tables.gdt_limit;
  s.idt.base = raw(kvm.tables.idt);
  s.idt.limit = kvm.tables.idt_limit;
  return s;
}

Outcome start(GuestMemory& memory) {
  kvm.memory = &memory;
  kvm_userspace_memory_region slot{};
  slot.guest_phys_addr = slot.userspace_addr = raw(memory.start());
  slot.memory_size = raw(memory.end()) - raw(memory.start());
  if (ioctl(kvm.vm, KVM_SET_USER_MEMORY_REGION, &slot) != 0) return failed("the guest's memory");
  kvm.tables = build_kvm_tables(memory);
  if (!kvm.tables.root) return sentence("the guest's page tables don't fit into the memory for them");
  auto registers = special_registers(0);
  if (ioctl(kvm.vcpu, KVM_SET_SREGS, &registers) != 0) return failed("a vCPU in ring 3");
  kvm.run->kvm_valid_regs = KVM_SYNC_X86_REGS;
  return {};
}

/// movl $stub, %ecx; jmp *%rcx
void place_trap(const GuestMemory& memory, std::uint8_t* to) {
  const auto stub = static_cast<std::uint32_t>(raw(memory.vectors()) + kvm_call_offset());
  to[0] = 0xb9;
  std::memcpy(to + 1, &stub, sizeof stub);
  to[5] = 0xff;
  to[6] = 0xe1;
}

/// CrashRegisters and KVM's differ in order only.
void give_registers(const CrashRegisters& from, kvm_regs& to) {
  to = {from.rax, from.rbx, from.rcx, from.rdx, from.rsi, from.rdi, from.rsp, from.rbp, from.r8,
        from.r9,  from.r10, from.r11, from.r12, from.r13, from.r14, from.r15, from.rip, from.rflags};
}

void take_registers(const kvm_regs& from, CrashRegisters& to) {
  to = {from.rax, from.rbx, from.rcx, from.rdx, from.rsi, from.rdi, from.rbp, from.rsp, from.r8,
        from.r9,  from.r10, from.r11, from.r12, from.r13, from.r14, from.r15, from.rip, from.rflags};
}

Exit call(Vcpu& vcpu) {
  const std::uint64_t stub = raw(kvm.memory->vectors());
  const std::uint64_t rip = vcpu.registers.rip;
  if (rip != stub + kvm_call_offset() && rip != stub + kvm_call_done_offset())
    return {.cause = ExitCause::forbidden, .what = "the guest used a port"};
  // The stub's return is made here: a debugger finds the guest where it has called.
  auto& r = vcpu.registers;
  r.rip = stub + kvm_call_done_offset();
  if (kvm.memory->may(Gpa{r.rsp}, sizeof r.rip, false)) {
    std::memcpy(&r.rip, reinterpret_cast<const void*>(r.rsp), sizeof r.rip);
    r.rsp += sizeof r.rip;
  }
  return {ExitCause::call};
}

/// A fault stub has run: what the processor pushed tells of the exception, and the registers become those before it.
Exit exception(Vcpu& vcpu) {
  const Gpa bottom = kvm.memory->exception_stack();
  const std::uint64_t offset = vcpu.registers.rsp - raw(bottom);
  if (offset > kPage - sizeof(FaultFrame))
    return {.cause = ExitCause::forbidden, .what = "the guest jumped into a fault stub"};
  FaultFrame frame;
  std::memcpy(&frame, reinterpret_cast<const void*>(vcpu.registers.rsp), sizeof frame);
  vcpu.registers.rip = frame.rip;
  vcpu.registers.rsp = frame.rsp;
  vcpu.registers.rflags = frame.rflags;
  Exit exit{ExitCause::exception, static_cast<std::uint32_t>(frame.vector & 31), frame.error_code};
  kvm_sregs registers;
  if (exit.vector == kPageFault && ioctl(kvm.vcpu, KVM_GET_SREGS, &registers) == 0) exit.address = registers.cr2;
  return exit;
}

Exit explain(Vcpu& vcpu) {
  const auto& run = *kvm.run;
  switch (run.exit_reason) {
    case KVM_EXIT_IO:
      if (run.io.port == kCallPort) return call(vcpu);
      if (run.io.port == kFaultPort) return exception(vcpu);
      return {.cause = ExitCause::forbidden, .what = "the guest used a port"};
    case KVM_EXIT_MMIO:
      return {ExitCause::memory, 0, run.mmio.is_write ? 2u : 0u, run.mmio.phys_addr};
    case KVM_EXIT_SHUTDOWN:
      return {.cause = ExitCause::forbidden,
              .what = "the guest's processor has shut down: an exception found no stack"};
    case KVM_EXIT_INTERNAL_ERROR:
      return {.cause = ExitCause::forbidden, .what = "KVM can't run an instruction of the guest's"};
    case KVM_EXIT_INTR:
    case KVM_EXIT_IRQ_WINDOW_OPEN:
      return {ExitCause::interrupt};
    default:
      return {.cause = ExitCause::forbidden,
              .what = "KVM gave the guest back for a reason that the monitor doesn't know"};
  }
}

Exit run(Vcpu& vcpu) {
  give_registers(vcpu.registers, kvm.run->s.regs.regs);
  kvm.run->kvm_dirty_regs = KVM_SYNC_X86_REGS;
  kvm.untouched = false;
  const int result = ioctl(kvm.vcpu, KVM_RUN, 0);
  const int why = errno;
  kvm.run->immediate_exit = 0;
  take_registers(kvm.run->s.regs.regs, vcpu.registers);
  const auto reason = kvm.run->exit_reason;
  kvm.unfinished =
      result == 0 && (reason == KVM_EXIT_MMIO || (reason == KVM_EXIT_IO && kvm.run->io.direction == KVM_EXIT_IO_IN));
  if (result == 0) return explain(vcpu);
  if (why == EINTR || why == EAGAIN) return {ExitCause::interrupt};
  if (why == EFAULT) return {ExitCause::memory, 0, 2, 0};  // pages that the host's mapping makes read-only
  return {.cause = ExitCause::forbidden, .what = "KVM can't go on with this guest"};
}

void renew(const GuestMemory& memory) {
  const auto* region = memory.region(hv::RegionKind::tables);
  std::memset(reinterpret_cast<void*>(raw(region->start)), 0, region->length);
  kvm.tables = build_kvm_tables(memory);
}

ProcessorState state(const Vcpu&) {
  ProcessorState state;
  kvm_sregs special;
  kvm_fpu fpu;
  if (ioctl(kvm.vcpu, KVM_GET_SREGS, &special) == 0) state.fs_base = special.fs.base;
  if (ioctl(kvm.vcpu, KVM_GET_FPU, &fpu) == 0) {
    state.mxcsr = fpu.mxcsr;
    state.x87_control = fpu.fcw;
  }
  return state;
}

/// KVM's interface asks for this before a vCPU becomes another one (api.rst, "KVM_RUN").
void finish_access() {
  if (!kvm.unfinished) return;
  kvm.run->immediate_exit = 1;
  ioctl(kvm.vcpu, KVM_RUN, 0);
  kvm.run->immediate_exit = 0;
  kvm.unfinished = false;
}

void set_state(Vcpu&, const ProcessorState& state) {
  finish_access();
  if (kvm.untouched && state.fs_base == 0) return;
  auto special = special_registers(state.fs_base);
  kvm_fpu fpu{};
  fpu.fcw = state.x87_control;
  fpu.mxcsr = state.mxcsr;
  ioctl(kvm.vcpu, KVM_SET_SREGS, &special);
  ioctl(kvm.vcpu, KVM_SET_FPU, &fpu);
}

void interrupt(void*) { kvm.run->immediate_exit = 1; }

int run_file() { return kvm.vcpu; }

}  // namespace

constinit const MachineOperations kvm_machine{Wall::hosted, "hosted, /dev/kvm", needs, open_kvm, start,     place_trap,
                                              run,          protect_in_tables,  renew, state,    set_state, interrupt,
                                              run_file};

}  // namespace wick::hosted
