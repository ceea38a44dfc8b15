// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who runs an appliance here: QEMU, or the appliance itself in a KVM guest (`hosted`) or as a jailed process
// (`process`). The choice is told with its reason, because it decides what is measured and what contains the guest.

#include <functional>
#include <string>

#include "run/options.h"

namespace wick::tool {

/// Whether this machine's /dev/kvm makes a virtual machine. What the CPU shows doesn't tell: a software KVM works
/// without VT-x and AMD-V, and with them the device may be closed to us.
struct KvmState {
  bool usable = false;
  std::string reason;  ///< as half a sentence
};
KvmState probe_kvm(const char* device = "/dev/kvm");

inline constexpr std::optional<Wall> kQemu{};

struct VmmChoice {
  std::optional<Wall> wall;  ///< by the monitor of that wall, or kQemu
  std::string reason;        ///< as half a sentence
};

/// For a project, which can be built as either. @param wall the manifest's  @param kvm asked only when it matters
Result<VmmChoice> choose_vmm(const RunOptions& options, Wall wall, const std::function<KvmState()>& kvm);

/// For a finished image. @param runs_itself whether it is an appliance  @param wall its own
Result<VmmChoice> vmm_of_image(const RunOptions& options, bool runs_itself, Wall wall);

/// "hosted", "process", "qemu"
std::string vmm_name(const VmmChoice& choice);

}  // namespace wick::tool
