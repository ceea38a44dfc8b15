// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [appliance], profile and [platform]: what the image is called, how it is built and where it runs.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "abi/call.h"
#include "base/text.h"
#include "manifest/calls.h"
#include "manifest/sections.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

/// A string that must be one of `allowed`.
void one_of(Table& table, const std::string& key, std::vector<std::string> allowed, std::string& to) {
  auto value = table.string(key);
  if (!value) return;
  to = value->value;
  if (std::ranges::find(allowed, to) != allowed.end()) return;
  auto meant = nearest(to, allowed);
  table.faults().add(value->place, fmt::format("{} has no value \"{}\".", table.full(key), to),
                     meant ? fmt::format("did you mean \"{}\"?", *meant) : "it may be " + join(allowed, ", ") + ".");
}

void read_calls(Table& platform, Manifest& manifest) {
  manifest.calls = kDefaultCalls;
  if (!platform.node("calls")) return;
  manifest.calls = 0;
  for (const auto& name : platform.strings("calls")) {
    auto call = call_named(name.value);
    if (!call) {
      auto meant = nearest(name.value, call_names());
      platform.faults().add(
          name.place, fmt::format("There is no call \"{}\".", name.value),
          meant ? fmt::format("did you mean \"{}\"?", *meant) : "the calls are " + join(call_names(), ", ") + ".");
    } else if (manifest.calls & call_bit(*call)) {
      platform.faults().add(name.place, fmt::format("The call \"{}\" is named twice.", name.value),
                            "remove one of the two.");
    } else {
      manifest.calls |= call_bit(*call);
    }
  }
  for (Call needed : {Call::exit, Call::yield}) {
    if (manifest.calls & call_bit(needed)) continue;
    platform.faults().add(
        Table::place_of(*platform.node("calls")),
        fmt::format("platform.calls lacks \"{}\", without which no appliance can run.", call_name(needed)),
        fmt::format("add \"{}\" to the list.", call_name(needed)));
  }
}

// An image lies at the top of the build folder: what stands there already, as a folder, file or target that Meson
// makes.
constexpr std::string_view kTaken[] = {
    "all",        "benchmark",   "build-profiles", "clean", "coverage", "dist",      "distcheck", "drivers-pv",
    "hv",         "install",     "libos",          "link",  "monitor",  "on-demand", "phony",     "reconfigure",
    "scan-build", "subprojects", "test",           "tests", "tools",    "uninstall", "wickfs"};
constexpr std::string_view kTakenBeginnings[] = {"clean-", "coverage-", "meson-"};

bool is_taken(std::string_view name) {
  return std::ranges::find(kTaken, name) != std::end(kTaken) ||
         std::ranges::any_of(kTakenBeginnings, [&](std::string_view start) { return name.starts_with(start); });
}

}  // namespace

const std::vector<std::string>& wall_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (const Wall wall : kWalls) names.emplace_back(wall_name(wall));
    return names;
  }();
  return kNames;
}

void read_appliance(Table& root, Manifest& manifest) {
  manifest.profile = "cloud";
  one_of(root, "profile", {"dev", "cloud", "tiny"}, manifest.profile);
  auto section = root.table("appliance");
  if (!section) {
    if (!root.node("appliance")) {
      root.faults().add({1, 1}, "The section [appliance] is missing.",
                        "begin the file with [appliance] and name = \"...\".");
    }
    return;
  }
  auto name = section->string("name");
  if (name && !is_name(name->value)) {
    root.faults().add(name->place, fmt::format("appliance.name \"{}\" does not fit a file and host name.", name->value),
                      "use lower-case letters, digits and dashes, a letter first, at most 63 characters.");
  }
  if (name && is_taken(name->value)) {
    root.faults().add(name->place, fmt::format("appliance.name \"{}\" is taken in the build folder.", name->value),
                      fmt::format("choose another one, for example \"the-{}\".", name->value));
  }
  if (!name && !section->node("name")) {
    root.faults().add(section->place(), "appliance.name is missing.", "add name = \"...\" below [appliance].");
  }
  manifest.name = name ? name->value : "";
  auto version = section->string("version");
  manifest.version = version ? version->value : "0.0.0";
  if (!is_version(manifest.version)) {
    root.faults().add(version->place, fmt::format("appliance.version \"{}\" is not a version.", manifest.version),
                      "write three numbers, for example \"1.4.0\" or \"1.4.0-rc1\".");
  }
  section->finish();
}

void read_platform(Table& root, Manifest& manifest) {
  manifest.calls = kDefaultCalls;
  auto section = root.table("platform");
  if (!section) return;
  std::string name(wall_name(manifest.wall));
  one_of(*section, "wall", wall_names(), name);
  manifest.wall = wall_of(name).value_or(manifest.wall);
  if (auto required = section->boolean("require_wall")) manifest.wall_required = required->value;
  read_calls(*section, manifest);
  (void)section->node("drivers");  // read_drivers
  section->finish();
}

}  // namespace wick::tool
