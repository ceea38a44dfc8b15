// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A virtual machine of KVM's with one vCPU, before and after it has a guest.

#include <string>

#include "monitor/base/kvm_headers.h"
#include "monitor/base/sentence.h"
#include "monitor/machine/kvm/x86_64/tables.h"

namespace wick::monitor {

struct Kvm {
  int device = -1, vm = -1, vcpu = -1;
  kvm_run* run = nullptr;
  bool unfinished = false;  ///< KVM would complete an access at the next entry, with the registers of its beginning
  const GuestMemory* memory = nullptr;
  KvmTables tables{};
  bool stale = false;     ///< translations that the vCPU remembers may be of less right than its tables
  bool untouched = true;  ///< the vCPU's special registers are those of start()
};
extern Kvm kvm;  ///< one a process

/// Opens /dev/kvm and makes the machine. @return what is wrong in one sentence
Outcome open_kvm();
/// Once it has its memory: none that it gets afterwards has to wait for a vCPU that may look at how it was before.
/// @return the same
Outcome make_vcpu();

/// "KVM refuses ...", with errno's reason.
std::unexpected<std::string> kvm_refuses(const char* what);

}  // namespace wick::monitor
