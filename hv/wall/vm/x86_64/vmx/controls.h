// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which controls this processor lets one choose (Intel SDM volume 3, appendix A): each capability MSR says in its lower
// half which bits must be set, in its upper half which may be.

#include "arch/instructions.h"

namespace wick::hv::vmx {

struct Control {
  Msr capability;       ///< IA32_VMX_…_CTLS
  Msr true_capability;  ///< IA32_VMX_TRUE_…_CTLS, where IA32_VMX_BASIC bit 55 says that there are such
  std::uint32_t needed, wanted;

  struct Choice {
    bool possible;
    std::uint32_t value;
  };
  Choice choose() const {
    constexpr std::uint64_t kHasTrue = 1ull << 55;
    const auto allowed = read_msr(read_msr(Msr::vmx_basic) & kHasTrue ? true_capability : capability);
    const auto must = static_cast<std::uint32_t>(allowed), may = static_cast<std::uint32_t>(allowed >> 32);
    const std::uint32_t value = must | needed | (wanted & may);
    return {(value & ~may) == 0, value};
  }
};

}  // namespace wick::hv::vmx
