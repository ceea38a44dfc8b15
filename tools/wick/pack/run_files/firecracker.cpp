// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Firecracker's file of a whole machine (docs/platforms.md).

#include <nlohmann/json.hpp>

#include "pack/raw_disk.h"
#include "pack/run_files.h"

namespace wick::tool {

std::string firecracker_json(const RunFacts& facts) {
  using Json = nlohmann::ordered_json;
  constexpr std::uint64_t kRound = kMiB - 1;
  Json machine = {
      {"boot-source", {{"kernel_image_path", facts.path}, {"boot_args", "pci=off"}}},
      {"machine-config", {{"vcpu_count", facts.vcpus}, {"mem_size_mib", (facts.image.memory + kRound) / kMiB}}},
      {"drives", Json::array()}};
  for (std::size_t i = 0; i < facts.disks.size(); ++i) {
    const Disk& disk = facts.disks[i];
    machine["drives"].push_back({{"drive_id", disk.serial.empty() ? "disk" + std::to_string(i) : disk.serial},
                                 {"path_on_host", disk.file},
                                 {"is_root_device", false},
                                 {"is_read_only", disk.read_only}});
  }
  if (facts.image.has(DeviceKind::network))
    machine["network-interfaces"] = Json::array({{{"iface_id", "eth0"}, {"host_dev_name", "tap0"}}});
  return machine.dump(2) + "\n";
}

}  // namespace wick::tool
