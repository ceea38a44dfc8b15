// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether QEMU may use KVM here. /dev/kvm alone does not tell: some machines offer one that can't run a guest's
// ring 0, and those show neither VT-x nor AMD-V to their own programs.

#include <string>
#include <string_view>

namespace wick::tool {

struct Accelerator {
  bool kvm = false;
  std::string reason;  ///< why, as half a sentence
};

/// @param cpuinfo the text of /proc/cpuinfo  @param device_opens whether /dev/kvm can be opened for writing
Accelerator choose_accelerator(std::string_view cpuinfo, bool device_opens);

/// For the machine that this runs on.
Accelerator choose_accelerator();

}  // namespace wick::tool
