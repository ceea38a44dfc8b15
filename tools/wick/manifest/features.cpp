// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [features]: what is linked. Defaults follow from the other sections; a switch can leave something out or add it. The
// classes of device follow from the features.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "abi/device.h"
#include "manifest/sections.h"

namespace wick::tool {
namespace {

bool is_cpp(const fs::path& file) { return file.extension() != ".c" && file.extension() != ".S"; }

bool is_text(Table& root, const char* section, const char* key) {
  const toml::node* node = root.node(section);
  return node && node->is_table() && (*node->as_table())[key].is_string();
}

class Switches {
 public:
  Switches(Table* section, Manifest& manifest) : section_(section), manifest_(manifest) {}

  /// The switch `key`, else its default. @param needs_network true: switching it on without [network] is a fault
  bool flag(const std::string& key, bool fallback, bool needs_network = false) {
    auto value = section_ ? section_->boolean(key) : std::nullopt;
    if (value && value->value && needs_network && !manifest_.network) {
      section_->faults().add(value->place, fmt::format("features.{} needs a section [network].", key),
                             "add [network], or remove the switch.");
    }
    bool on = value ? value->value : fallback;
    if (on) features.insert(key);
    return on;
  }

  /// One of two values, the first of which is the default. @return whether the other one was chosen
  bool choice(const std::string& key, const std::string& usual, const std::string& other) {
    auto value = section_ ? section_->string(key) : std::nullopt;
    if (!value || value->value == usual) return false;
    if (value->value != other) {
      section_->faults().add(value->place, fmt::format("features.{} has no value \"{}\".", key, value->value),
                             fmt::format("it may be \"{}\" or \"{}\".", usual, other));
    }
    return true;
  }

  void contradiction(const std::string& key, const std::string& sentence, const std::string& hint) {
    section_->faults().add(Table::place_of(*section_->node(key)), sentence, hint);
  }

  std::set<std::string> features;

 private:
  Table* section_;
  Manifest& manifest_;
};

void read_network_features(Table& root, Switches& switches, Network& network) {
  if (!switches.flag("ipv4", true, true)) {
    if (is_text(root, "network", "ipv4") && network.ipv4 != "off") {
      switches.contradiction("ipv4", fmt::format("features.ipv4 is off, yet network.ipv4 is \"{}\".", network.ipv4),
                             "remove one of the two.");
    }
    network.ipv4 = "off";
  }
  if (!switches.flag("dhcp", network.ipv4 == "dhcp", true) && network.ipv4 == "dhcp") {
    if (is_text(root, "network", "ipv4")) {
      switches.contradiction("dhcp", "features.dhcp is off, yet network.ipv4 is \"dhcp\".", "remove one of the two.");
    }
    network.ipv4 = "off";
  }
  if (!switches.flag("ipv6", network.ipv6 != "off", true)) {
    if (is_text(root, "network", "ipv6") && network.ipv6 != "off") {
      switches.contradiction("ipv6", fmt::format("features.ipv6 is off, yet network.ipv6 is \"{}\".", network.ipv6),
                             "remove one of the two.");
    }
    network.ipv6 = "off";
  }
  switches.flag("dns", true, true);
}

}  // namespace

void read_features(Table& root, Manifest& manifest) {
  auto section = root.table("features");
  Switches switches(section ? &*section : nullptr, manifest);
  std::set<std::string> devices;

  const auto& sources = manifest.application.sources;
  switches.flag("cxx", std::ranges::any_of(sources, is_cpp) || manifest.application.program_is_cpp);
  switches.flag("proc", false);
  switches.flag("tmpfs", true);
  if (manifest.network) {
    switches.features.insert("network");
    devices.insert(class_name(DeviceKind::network));
    read_network_features(root, switches, *manifest.network);
  } else {
    for (const char* key : {"ipv4", "dhcp", "ipv6", "dns"}) switches.flag(key, false, true);
  }
  for (const Volume& volume : manifest.volumes) {
    switches.features.insert("volumes");
    switches.features.insert("fs-" + volume.file_system);
    if (!volume.is_share()) switches.features.insert("block");
    devices.insert(class_name(volume.is_share() ? DeviceKind::share : DeviceKind::block));
  }
  for (const MetadataSource& source : manifest.metadata)
    switches.features.insert({"metadata", "metadata-" + source.name, "metadata-kind-" + source.kind});
  if (manifest.looks_at_disks()) {
    switches.features.insert("block");
    devices.insert(class_name(DeviceKind::block));
  }
  if (manifest.slots) {
    switches.features.insert({"slots", "block"});
    if (manifest.slots->update) switches.features.insert("slots-update");
    devices.insert(class_name(DeviceKind::block));
  }
  if (manifest.has_keys) devices.insert(class_name(DeviceKind::key));
  if (switches.choice("console", "hv", "device")) devices.insert(class_name(DeviceKind::console));
  if (switches.flag("vsock", false)) {
    devices.insert(class_name(DeviceKind::vsock));
    if (manifest.wall != Wall::none && !runs_on_linux(manifest.wall))
      switches.contradiction("vsock", fmt::format("Behind wall {} there is no vsock device.", wall_name(manifest.wall)),
                             "choose platform.wall = \"none\", \"hosted\" or \"process\", or remove the switch.");
  }
  if (switches.flag("balloon", false)) {
    devices.insert(class_name(DeviceKind::balloon));
    if (manifest.wall != Wall::none)
      switches.contradiction(
          "balloon",
          fmt::format("Behind wall {} memory is not the appliance's to give back.", wall_name(manifest.wall)),
          "choose platform.wall = \"none\", or remove the switch.");
  }
  if (switches.choice("entropy", "hv", "device")) devices.insert(class_name(DeviceKind::entropy));
  if (section) section->finish();
  manifest.features.assign(switches.features.begin(), switches.features.end());
  manifest.devices.assign(devices.begin(), devices.end());
}

}  // namespace wick::tool
