// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/device_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "abi/host/names.h"
#include "base/text.h"

namespace wick::tool {
namespace {

constexpr DeviceModel kModels[] = {
    {.name = "virtio-legacy",
     .kind = DeviceKind::network,
     .device = "virtio-net-pci,disable-modern=on,disable-legacy=off",
     .controller = ""},
    {.name = "virtio-legacy",
     .kind = DeviceKind::block,
     .device = "virtio-blk-pci,disable-modern=on,disable-legacy=off",
     .controller = ""},
    {.name = "virtio-packed",
     .kind = DeviceKind::network,
     .device = "virtio-net-pci-non-transitional,packed=on",
     .controller = ""},
    {.name = "virtio-packed",
     .kind = DeviceKind::block,
     .device = "virtio-blk-pci-non-transitional,packed=on",
     .controller = ""},
    {.name = "vmxnet3", .kind = DeviceKind::network, .device = "vmxnet3", .controller = ""},
    {.name = "pvscsi", .kind = DeviceKind::block, .device = "scsi-hd", .controller = "pvscsi"},
    {.name = "virtio-scsi",
     .kind = DeviceKind::block,
     .device = "scsi-hd",
     .controller = "virtio-scsi-pci,disable-legacy=on"},
};

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const DeviceModel& model : kModels)
    if (std::ranges::find(all, model.name) == all.end()) all.emplace_back(model.name);
  return all;
}

}  // namespace

std::string device_model_names() { return join(names(), ", "); }

Result<std::vector<const DeviceModel*>> find_device_models(const std::vector<std::string>& asked) {
  std::vector<const DeviceModel*> chosen;
  for (const std::string& name : asked) {
    bool known = false;
    for (const DeviceModel& model : kModels) {
      if (model.name != name) continue;
      known = true;
      if (const DeviceModel* other = model_for(chosen, model.kind))
        return fail(fmt::format("{} and {} are both a {} device.", other->name, name, class_name(model.kind)),
                    "leave one of the two out.");
      chosen.push_back(&model);
    }
    if (!known)
      return fail(fmt::format("There is no device \"{}\" for --qemu-device.", name),
                  "there are " + device_model_names() + ".");
  }
  return chosen;
}

const DeviceModel* model_for(const std::vector<const DeviceModel*>& chosen, DeviceKind kind) {
  const auto found = std::ranges::find(chosen, kind, &DeviceModel::kind);
  return found == chosen.end() ? nullptr : *found;
}

}  // namespace wick::tool
