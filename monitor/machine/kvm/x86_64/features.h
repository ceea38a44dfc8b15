// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the guest is told of its processor by CPUID: the instructions that ring 3 has, and nothing of how the host is
// built.

namespace wick::monitor {

/// Vector registers included. @param vcpu of KVM's, which has not run yet. @return false when KVM refuses
bool tell_processor(int vcpu);

}  // namespace wick::monitor
