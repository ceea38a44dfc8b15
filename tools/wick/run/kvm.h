// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether this machine's /dev/kvm makes a virtual machine. What the CPU shows doesn't tell: a software KVM works
// without VT-x and AMD-V, and with them the device may be closed to us.

#include <string>

namespace wick::tool {

struct KvmState {
  bool usable = false;
  std::string reason;  ///< as half a sentence
};
KvmState probe_kvm(const char* device = "/dev/kvm");

}  // namespace wick::tool
