// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/x86_64/xen/hypercall.h"

#include "arch/instructions.h"

namespace wick::hv::xen {
namespace {

constexpr std::uint32_t kAmd = 0x68747541, kHygon = 0x6f677948;  // EBX of leaf 0: "Auth", "Hygo"
bool vmmcall;

}  // namespace

std::uint32_t find_leaves() {
  const auto maker = cpuid(0).ebx;
  vmmcall = maker == kAmd || maker == kHygon;
  for (const auto base : kLeafBases) {
    const auto leaf = cpuid(base);
    if (leaf.ebx == 0x566e6558 && leaf.ecx == 0x65584d4d && leaf.edx == 0x4d4d566e) return base;  // "XenVMMXenVMM"
  }
  return 0;
}

std::int64_t call(Hypercall number, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  std::int64_t result;
  const auto in = static_cast<std::uint64_t>(number);
  if (vmmcall)
    asm volatile("vmmcall" : "=a"(result), "+D"(a), "+S"(b), "+d"(c) : "0"(in) : "memory");
  else
    asm volatile("vmcall" : "=a"(result), "+D"(a), "+S"(b), "+d"(c) : "0"(in) : "memory");
  return result;
}

std::uint64_t parameter(Parameter index) {
  HvmParameter get{.domain = kSelf, .padding = 0, .index = index, .value = 0};
  return call(Hypercall::hvm_op, kGetParameter, &get) == 0 ? get.value : 0;
}

bool set_parameter(Parameter index, std::uint64_t value) {
  HvmParameter set{.domain = kSelf, .padding = 0, .index = index, .value = value};
  return call(Hypercall::hvm_op, kSetParameter, &set) == 0;
}

}  // namespace wick::hv::xen
