// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/kvm.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace wick::tool {

KvmState probe_kvm(const char* device) {
  const int kvm = open(device, O_RDWR | O_CLOEXEC);
  if (kvm < 0) return {false, fmt::format("{} can't be opened: {}", device, std::strerror(errno))};
  const int version = ioctl(kvm, KVM_GET_API_VERSION, 0);
  int machine = -1;
  if (version == KVM_API_VERSION) {
    do machine = ioctl(kvm, KVM_CREATE_VM, 0);
    while (machine < 0 && errno == EINTR);
  }
  const int error = errno;
  close(kvm);
  if (version != KVM_API_VERSION) return {false, fmt::format("{} isn't the KVM that Linux documents", device)};
  if (machine < 0) return {false, fmt::format("{} makes no virtual machine: {}", device, std::strerror(error))};
  close(machine);
  return {true, "it makes virtual machines"};
}

}  // namespace wick::tool
