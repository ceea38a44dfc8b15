// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// An image of wall `vm`: AMD-V or VT-x, whichever the processor has, and `ring` where neither works, unless the
// manifest requires more.

#include "wall/choose.h"

#include "platform/print.h"

namespace wick::hv {
namespace {

struct Candidate {
  std::string_view name;
  const WallOperations& wall;
};
constexpr Candidate kHardware[] = {{"svm", svm_wall}, {"vmx", vmx_wall}};

}  // namespace

const WallOperations* choose_wall(std::string_view wanted, bool required) {
  const bool any = wanted.empty() || wanted == "vm";
  if (!any && wanted != "ring" && wanted != "svm" && wanted != "vmx")
    refuse("wick.wall may be ring, svm, vmx or vm in this image");
  for (const auto& [name, candidate] : kHardware) {
    if (!any && wanted != name) continue;
    const char* missing = candidate.missing();
    if (!missing) return &candidate;
    if (!any) refuse(missing);
    print_line(print, "[wick] no ", candidate.name, ": ", missing);
  }
  if (any && required) refuse("the manifest requires wall vm, and this machine has neither AMD-V nor VT-x for it");
  if (const char* missing = ring_wall.missing()) refuse(missing);
  if (any) print("[wick] wall ring instead of vm\n");
  return &ring_wall;
}

}  // namespace wick::hv
