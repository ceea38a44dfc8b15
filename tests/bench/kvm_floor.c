// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The floor of starts behind `hosted`: what Linux itself takes for a machine of KVM whose vCPU is in ring 3 and says
// one word by a port, made in the way that costs KVM least (docs/hosted.md, "A start"). No monitor that is one process
// can be there sooner. Its exit code tells the step that failed.

#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

// The guest's memory begins here, where it lies in the process, too: the code's page, then those that only the machine
// reads.
enum { kStart = 0x100000, kTables = 0x101000, kTask = 0x105000, kLength = 3 << 20, kPage = 4096, kPort = 0x10 };
enum { kUser = 0x33, kUserData = 0x2b, kTaskSelector = 0x40, kReadExecute = 11, kReadWrite = 3, kBusyTask = 11 };
enum { kTaskBytes = 104, kPorts = 32, kIoMap = 102 };  // of a task segment, and where it says where its bitmap is

static void fill(char* memory) {
  static const uint8_t code[] = {0xe6, kPort, 0xf4};  // outb %al, $kPort; hlt
  memcpy(memory, code, sizeof code);
  // Four levels with one entry each, present, writable, for ring 3, accessed and dirty; the last one has two.
  for (unsigned level = 0; level < 3; ++level)
    *(uint64_t*)(memory + (kTables - kStart) + level * kPage) = (kTables + (level + 1) * kPage) | 0x67;
  uint64_t* const pages = (uint64_t*)(memory + (kTables - kStart) + 3 * kPage);
  pages[kStart / kPage] = kStart | 0x65;
  pages[kTask / kPage] = kTask | 0x63 | 1ull << 63;
  *(uint16_t*)(memory + (kTask - kStart) + kIoMap) = kTaskBytes;  // behind it zeroes, which allow
}

static struct kvm_segment segment(uint16_t selector, uint8_t type, int code) {
  return (struct kvm_segment){
      .selector = selector, .limit = ~0u, .type = type, .present = 1, .dpl = 3, .s = 1, .g = 1, .l = code, .db = !code};
}

static int set_registers(int vcpu) {
  struct kvm_sregs s = {.cr0 = 0x80050033, .cr3 = kTables, .cr4 = 0x620, .efer = 0xd00, .apic_base = 0xfee00900};
  s.cs = segment(kUser, kReadExecute, 1);
  s.ss = s.ds = s.es = s.fs = s.gs = segment(kUserData, kReadWrite, 0);
  s.tr = (struct kvm_segment){
      .selector = kTaskSelector, .base = kTask, .limit = kTaskBytes + kPorts, .type = kBusyTask, .present = 1};
  s.ldt.unusable = 1;
  const struct kvm_regs r = {.rip = kStart, .rflags = 2};
  return ioctl(vcpu, KVM_SET_SREGS, &s) == 0 && ioctl(vcpu, KVM_SET_REGS, &r) == 0;
}

int main(void) {
  const int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
  const int vm = ioctl(kvm, KVM_CREATE_VM, 0);
  if (vm < 0) return 1;
  char* const memory =
      mmap((void*)kStart, kLength, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (memory != (void*)kStart) return 2;
  const struct kvm_userspace_memory_region slot = {
      .guest_phys_addr = kStart, .memory_size = kLength, .userspace_addr = kStart};
  if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot) != 0) return 3;
  const struct kvm_enable_cap split = {.cap = KVM_CAP_SPLIT_IRQCHIP, .args = {1}};
  const int vcpu = ioctl(vm, KVM_ENABLE_CAP, &split) == 0 ? ioctl(vm, KVM_CREATE_VCPU, 0) : -1;
  if (vcpu < 0) return 4;
  const struct kvm_run* const run = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
  if (run == MAP_FAILED) return 5;
  const struct {
    uint32_t count, flags;               // struct kvm_cpuid2
    struct kvm_cpuid_entry2 entries[2];  // long mode, NX
  } processor = {.count = 2, .entries = {{.function = 0, .eax = 1}, {.function = 0x80000001, .edx = 0x20100000}}};
  if (ioctl(vcpu, KVM_SET_CPUID2, &processor) != 0) return 6;
  fill(memory);
  if (!set_registers(vcpu)) return 7;
  if (ioctl(vcpu, KVM_RUN, 0) != 0 || run->exit_reason != KVM_EXIT_IO || run->io.port != kPort) return 8;
  return write(STDOUT_FILENO, "\n", 1) == 1 ? 0 : 9;
}
