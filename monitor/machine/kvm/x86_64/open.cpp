// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/machine/kvm/x86_64/open.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "monitor/base/sentence.h"
#include "monitor/machine/kvm/x86_64/features.h"

namespace wick::monitor {
namespace {

constexpr int kApiVersion = 12;

Outcome open_device() {
  kvm.device = open("/dev/kvm", O_RDWR | O_CLOEXEC);
  if (kvm.device >= 0) return {};
  if (errno == ENOENT) return sentence("there is no /dev/kvm on this machine: run with --wall process");
  if (errno == EACCES)
    return sentence("/dev/kvm may not be opened by this user: join its group, or run with --wall process");
  return sentence("/dev/kvm can't be opened (%s): run with --wall process", std::strerror(errno));
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

}  // namespace

Kvm kvm;

std::unexpected<std::string> kvm_refuses(const char* what) {
  return sentence("KVM refuses %s: %s", what, std::strerror(errno));
}

Outcome open_kvm() {
  if (auto done = open_device(); !done) return done;
  if (ioctl(kvm.device, KVM_GET_API_VERSION, 0) != kApiVersion)
    return sentence("/dev/kvm is not KVM, or of another time than version %d: run with --wall process", kApiVersion);
  return (kvm.vm = ioctl(kvm.device, KVM_CREATE_VM, 0)) < 0 ? kvm_refuses("a virtual machine") : Outcome{};
}

Outcome make_vcpu() {
  if ((kvm.vcpu = ioctl(kvm.vm, KVM_CREATE_VCPU, 0)) < 0) return kvm_refuses("a vCPU");
  const int length = ioctl(kvm.device, KVM_GET_VCPU_MMAP_SIZE, 0);
  void* run = mmap(nullptr, static_cast<std::size_t>(length), PROT_READ | PROT_WRITE, MAP_SHARED, kvm.vcpu, 0);
  if (run == MAP_FAILED) return kvm_refuses("the vCPU's page");
  kvm.run = static_cast<kvm_run*>(run);
  share_tsc();
  return tell_processor(kvm.vcpu) ? Outcome{} : kvm_refuses("the processor's features");
}

}  // namespace wick::monitor
