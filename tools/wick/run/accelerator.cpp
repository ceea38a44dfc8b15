// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/accelerator.h"

#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"

namespace wick::tool {

Accelerator choose_accelerator(std::string_view cpuinfo, bool device_opens) {
  std::string_view flags;
  if (std::size_t at = cpuinfo.find("\nflags"); at != cpuinfo.npos) {
    flags = cpuinfo.substr(at + 1, std::min(cpuinfo.find('\n', at + 1), cpuinfo.size()) - at - 1);
  }
  std::string extension;
  for (const std::string& flag : split(flags, ' ')) {
    if (flag == "vmx") extension = "VT-x";
    if (flag == "svm") extension = "AMD-V";
  }
  if (extension.empty()) return {false, "the CPU shows neither VT-x nor AMD-V"};
  if (!device_opens) return {false, "the CPU has " + extension + ", but /dev/kvm can't be opened"};
  return {true, "the CPU has " + extension + " and /dev/kvm opens"};
}

Accelerator choose_accelerator() {
  return choose_accelerator(read_file("/proc/cpuinfo").value_or(""), access("/dev/kvm", R_OK | W_OK) == 0);
}

}  // namespace wick::tool
