// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Xen's description of a domU (xl.cfg(5)). A volume's name there is its device's, unless a word of the command line
// says otherwise (docs/platforms.md).

#include <fmt/format.h>

#include "base/text.h"
#include "pack/raw_disk.h"
#include "pack/run_files.h"

namespace wick::tool {
std::string xl_cfg(const RunFacts& facts) {
  std::vector<std::string> disks, names;
  for (std::size_t i = 0; i < facts.disks.size(); ++i) {
    const Disk& disk = facts.disks[i];
    const std::string device = fmt::format("xvd{}", static_cast<char>('a' + i));
    // What follows target= is taken as it is, commas included: it stands last.
    disks.push_back(in_quotes(
        fmt::format("format=raw,vdev={},access={},target={}", device, disk.read_only ? "ro" : "rw", disk.file)));
    if (!disk.serial.empty() && disk.serial != device) names.push_back(fmt::format("wick.{}={}", device, disk.serial));
  }
  std::string text =
      fmt::format("name = {}\ntype = \"pvh\"\nkernel = {}\nmemory = {}\nvcpus = {}\n", in_quotes(facts.image.name),
                  in_quotes(facts.path), (facts.image.memory + kMiB - 1) / kMiB, facts.vcpus);
  if (!names.empty()) text += fmt::format("extra = {}\n", in_quotes(join(names, " ")));
  if (facts.image.has(DeviceKind::network)) text += "vif = [\"bridge=xenbr0\"]\n";
  if (!disks.empty()) text += fmt::format("disk = [{}]\n", join(disks, ", "));
  return text + "on_poweroff = \"destroy\"\non_reboot = \"destroy\"\non_crash = \"destroy\"\n";
}

}  // namespace wick::tool
