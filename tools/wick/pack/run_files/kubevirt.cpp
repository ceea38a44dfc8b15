// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// KubeVirt's VirtualMachine. JSON is YAML too (YAML 1.2, section 1.3), and its quotes are the same for every reader.

#include <nlohmann/json.hpp>

#include "pack/raw_disk.h"
#include "pack/run_files.h"

namespace wick::tool {

std::string kubevirt_yaml(const RunFacts& facts) {
  using Json = nlohmann::ordered_json;
  Json disks = Json::array({{{"name", "boot"}, {"bootOrder", 1}, {"disk", {{"bus", "virtio"}}}}});
  Json volumes = Json::array({{{"name", "boot"}, {"containerDisk", {{"image", facts.path}}}}});
  for (const Disk& disk : facts.disks) {
    disks.push_back({{"name", disk.serial}, {"serial", disk.serial}, {"disk", {{"bus", "virtio"}}}});
    volumes.push_back({{"name", disk.serial}, {"persistentVolumeClaim", {{"claimName", disk.serial}}}});
  }
  Json devices = {{"disks", disks}};
  Json spec = {{"domain",
                {{"cpu", {{"cores", facts.vcpus}}},
                 {"memory", {{"guest", std::to_string((facts.image.memory + kMiB - 1) / kMiB) + "Mi"}}},
                 {"devices", devices}}},
               {"volumes", volumes}};
  Json& own = spec["domain"]["devices"];
  own["autoattachGraphicsDevice"] = false;
  if (facts.image.has(DeviceKind::entropy)) own["rng"] = Json::object();
  if (facts.image.has(DeviceKind::network)) {
    own["interfaces"] = Json::array({{{"name", "default"}, {"masquerade", Json::object()}, {"model", "virtio"}}});
    spec["networks"] = Json::array({{{"name", "default"}, {"pod", Json::object()}}});
  } else {
    own["autoattachPodInterface"] = false;
  }
  const Json machine = {{"apiVersion", "kubevirt.io/v1"},
                        {"kind", "VirtualMachine"},
                        {"metadata", {{"name", facts.image.name}}},
                        {"spec", {{"runStrategy", "Always"}, {"template", {{"spec", spec}}}}}};
  return machine.dump(2) + "\n";
}

}  // namespace wick::tool
