// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// platform.drivers: whose devices the image can drive. Families are known by the drivers that are linked into this
// tool, so a new one is named nowhere here.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "class/driver.h"
#include "manifest/devices.h"
#include "manifest/sections.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

/// hv's own drivers of bare metal's devices, which it has behind ring and vm only.
constexpr std::string_view kMetal = "metal";

bool hv_drives(Wall wall) { return wall != Wall::none && !runs_on_linux(wall); }

std::vector<std::string> all_families() {
  std::set<std::string> names;
  for (const auto* driver = wick_drivers_start; driver != wick_drivers_end; ++driver)
    names.emplace(family_of(driver->name));
  names.emplace(kMetal);
  return {names.begin(), names.end()};
}

bool wall_has(Wall wall, std::string_view family) {
  return runs_on_linux(wall) ? family == kServedFamily : family != kMetal || hv_drives(wall);
}

void add_family(Table& platform, Manifest& manifest, const Located<std::string>& name) {
  const auto known = all_families();
  if (std::ranges::find(known, name.value) == known.end()) {
    const auto meant = nearest(name.value, known);
    platform.faults().add(name.place, fmt::format("There are no drivers \"{}\".", name.value),
                          meant ? fmt::format("did you mean \"{}\"?", *meant) : "there are " + join(known, ", ") + ".");
  } else if (std::ranges::find(manifest.drivers, name.value) != manifest.drivers.end()) {
    platform.faults().add(name.place, fmt::format("The drivers \"{}\" are named twice.", name.value),
                          "remove one of the two.");
  } else if (!wall_has(manifest.wall, name.value)) {
    platform.faults().add(
        name.place,
        fmt::format("Behind wall {} there are no devices for the drivers \"{}\".", wall_name(manifest.wall),
                    name.value),
        runs_on_linux(manifest.wall)
            ? fmt::format("Linux has the machine's devices there: name \"{}\" alone, or nothing.", kServedFamily)
            : "they are hv's own: choose platform.wall = \"ring\", or leave them out.");
  } else {
    manifest.drivers.push_back(name.value);
  }
}

void add_once(Manifest& manifest, std::string_view family) {
  if (std::ranges::find(manifest.drivers, family) == manifest.drivers.end()) manifest.drivers.emplace_back(family);
}

/// Shared folders have one family of drivers: asking for the device is asking for it. So it is with a source of
/// instance data that a family's devices are found with.
void add_only_drivers(Manifest& manifest) {
  if (manifest.drivers.empty()) return;
  for (const MetadataSource& source : manifest.metadata)
    if (source.takes_drivers()) add_once(manifest, source.name);
  if (manifest.wall != Wall::none) return;
  for (const std::string& device : manifest.devices) {
    std::set<std::string_view> families;
    for (const auto* driver = wick_drivers_start; driver != wick_drivers_end; ++driver)
      if (device == class_name(driver->kind)) families.insert(family_of(driver->name));
    if (families.size() == 1) add_once(manifest, *families.begin());
  }
}

}  // namespace

std::string_view family_of(std::string_view driver) { return driver.substr(0, driver.find('/')); }

void read_drivers(Table& root, Manifest& manifest) {
  auto platform = root.table("platform");
  const toml::node* node = platform ? platform->node("drivers") : nullptr;
  if (node && node->is_array()) {
    for (const auto& name : platform->strings("drivers")) add_family(*platform, manifest, name);
    if (node->as_array()->empty())
      platform->faults().add(Table::place_of(*node), "platform.drivers is an empty list.",
                             "remove it, or name the families that the image shall have.");
    return add_only_drivers(manifest);
  }
  if (node) {
    const auto value = platform->string("drivers");
    if (value && value->value != "auto")
      platform->faults().add(value->place, fmt::format("platform.drivers has no value \"{}\".", value->value),
                             fmt::format("it may be \"auto\", or a list: [\"{}\"].", value->value));
  }
  // Behind a wall every driver runs with hv's privilege, so only what is likely there is linked without a word.
  if (manifest.wall != Wall::none || (!node && manifest.profile == "tiny"))
    manifest.drivers.emplace_back(kServedFamily);
  if (hv_drives(manifest.wall)) manifest.drivers.emplace_back(kMetal);
  add_only_drivers(manifest);
}

}  // namespace wick::tool
