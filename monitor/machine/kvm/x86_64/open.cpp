// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/machine/kvm/x86_64/open.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "monitor/base/sentence.h"

namespace wick::monitor {
namespace {

static_assert(sizeof(kvm_cpuid2) == 8 && sizeof(kvm_msrs) == 8);  // as the kernel has them

constexpr int kApiVersion = 12;

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
  static constexpr unsigned kMax = 100;
  static void* ask(void* self) {
    auto& our = *static_cast<ProcessorList*>(self);
    our.list().nent = kMax;
    our.told_ = ioctl(kvm.device, KVM_GET_SUPPORTED_CPUID, &our.list()) == 0;
    return nullptr;
  }
  kvm_cpuid2& list() { return *reinterpret_cast<kvm_cpuid2*>(room_); }

  pthread_t thread_{};
  bool told_ = false;
  alignas(kvm_cpuid2) std::uint8_t room_[sizeof(kvm_cpuid2) + kMax * sizeof(kvm_cpuid_entry2)] = {};
};

/// Vector extensions included.
Outcome set_processor(kvm_cpuid2* list) {
  if (!list) return kvm_refuses("to tell its processor");
  if (ioctl(kvm.vcpu, KVM_SET_CPUID2, list) != 0) return kvm_refuses("the processor's features");
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

Outcome make_machine() {
  if ((kvm.vm = ioctl(kvm.device, KVM_CREATE_VM, 0)) < 0) return kvm_refuses("a virtual machine");
  if ((kvm.vcpu = ioctl(kvm.vm, KVM_CREATE_VCPU, 0)) < 0) return kvm_refuses("a vCPU");
  const int length = ioctl(kvm.device, KVM_GET_VCPU_MMAP_SIZE, 0);
  void* run = mmap(nullptr, static_cast<std::size_t>(length), PROT_READ | PROT_WRITE, MAP_SHARED, kvm.vcpu, 0);
  if (run == MAP_FAILED) return kvm_refuses("the vCPU's page");
  kvm.run = static_cast<kvm_run*>(run);
  share_tsc();
  return {};
}

}  // namespace

Kvm kvm;

std::unexpected<std::string> kvm_refuses(const char* what) {
  return sentence("KVM refuses %s: %s", what, std::strerror(errno));
}

Outcome open_kvm() {
  if (auto done = open_device(); !done) return done;
  if (ioctl(kvm.device, KVM_GET_API_VERSION, 0) != kApiVersion)
    return sentence("/dev/kvm is not KVM, or of another time than version %d: run with --wall process", kApiVersion);
  ProcessorList list;
  if (!list.start()) return kvm_refuses("a thread");
  auto made = make_machine();
  auto* processor = list.finish();
  return made ? set_processor(processor) : made;
}

}  // namespace wick::monitor
