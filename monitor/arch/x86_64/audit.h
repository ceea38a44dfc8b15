// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a seccomp filter has to know of the architecture: whose numbers of system calls it judges. Numbers of another
// ABI of the same machine (i386, x32) mean other calls and are refused as a whole.

#include <linux/audit.h>

#include <cstdint>

#include "monitor/base/kvm_headers.h"

namespace wick::monitor {

constexpr std::uint32_t kAuditArchitecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t kFirstForeignCall = 0x40000000;  ///< x32
/// Of the upper half of an address: from here on they are the kernel's, which has the vsyscall page there.
constexpr std::uint32_t kKernelHalf = 0x80000000;
/// What is asked of a vCPU of KVM's while its guest runs, two calls a rule.
constexpr std::uint32_t kVcpuCalls[][2] = {
    {KVM_RUN, KVM_RUN}, {KVM_GET_SREGS, KVM_SET_SREGS}, {KVM_GET_FPU, KVM_SET_XSAVE}};
/// How a thread pointer is set, and its kin: number and first arguments of arch_prctl().
constexpr std::uint32_t kSetBaseCall[] = {158, 0x1001, 0x1002};

}  // namespace wick::monitor
