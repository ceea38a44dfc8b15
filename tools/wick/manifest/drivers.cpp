// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// platform.drivers: whose devices the image can drive. Families are known by the drivers that are linked into this
// tool, so a new one is named nowhere here.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "abi/host/names.h"
#include "base/text.h"
#include "class/driver.h"
#include "manifest/devices.h"
#include "manifest/sections.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

/// The only family that stands behind the walls of Linux, as the monitor's own devices, and all that an image of wall
/// vm has unless it names others: a hypervisor with guests of its own is bare metal's or KVM's, and hv stays small
/// there.
constexpr std::string_view kUsual = kServedFamily;

std::vector<std::string> all_families() {
  std::set<std::string> names;
  for (const auto* driver = wick_drivers_start; driver != wick_drivers_end; ++driver)
    names.emplace(family_of(driver->name));
  return {names.begin(), names.end()};
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
  } else if (runs_on_linux(manifest.wall) && name.value != kUsual) {
    platform.faults().add(name.place,
                          fmt::format("Behind wall {} there are no devices for the drivers \"{}\".",
                                      wall_name(manifest.wall), name.value),
                          fmt::format("Linux has the machine's devices there: name \"{}\" alone, or nothing.", kUsual));
  } else {
    manifest.drivers.push_back(name.value);
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
    return;
  }
  if (node) {
    const auto value = platform->string("drivers");
    if (value && value->value != "auto")
      platform->faults().add(value->place, fmt::format("platform.drivers has no value \"{}\".", value->value),
                             fmt::format("it may be \"auto\", or a list: [\"{}\"].", value->value));
  }
  const bool few = runs_on_linux(manifest.wall) || manifest.wall == kWallVm || (!node && manifest.profile == "tiny");
  if (few) manifest.drivers = {std::string(kUsual)};
}

}  // namespace wick::tool
