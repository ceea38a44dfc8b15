// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who runs an appliance here: QEMU, or the appliance itself in a KVM guest (`hosted`) or as a jailed process
// (`process`). The choice is told with its reason, because it decides what is measured and what contains the guest.

#include <functional>
#include <string>

#include "run/kvm.h"
#include "run/options.h"

namespace wick::tool {

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
