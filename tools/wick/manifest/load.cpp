// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// From the text of wick.toml to a checked Manifest: TOML syntax, then section by section.

#include <fmt/format.h>

#include <algorithm>

#include "abi/call.h"
#include "abi/device.h"
#include "base/text.h"
#include "manifest/devices.h"
#include "manifest/sections.h"

namespace wick::tool {
namespace {

struct Split {
  fs::path directory;
  std::string wall;  ///< empty: the manifest's
};

/// A folder may have "@" in its name; only what stands behind the last one and is no path can be a wall.
Split split_wall(const fs::path& project) {
  const std::string text = project.string();
  const std::size_t at = text.rfind('@');
  std::error_code error;
  if (at == text.npos || text.find('/', at) != text.npos || fs::is_directory(project, error)) return {project, ""};
  return {text.substr(0, at), text.substr(at + 1)};
}

/// What runs itself on Linux is told apart by its name, whether its wall is the manifest's own or not.
std::string image_name(const Manifest& manifest, bool other_wall) {
  if (manifest.wall == Wall::hosted) return manifest.name + ".appliance";
  if (manifest.wall == Wall::process) return manifest.name + "-process.appliance";
  return other_wall ? fmt::format("{}-{}", manifest.name, wall_name(manifest.wall)) : manifest.name;
}

void read_version(Table& root) {
  auto version = root.integer("wick", 0, 1'000'000);
  if (version && version->value != 1) {
    root.faults().add(version->place, fmt::format("Manifest version {} is not known to this wick.", version->value),
                      "this version reads wick = 1.");
  }
}

}  // namespace

bool Manifest::has_feature(std::string_view feature) const {
  return std::ranges::find(features, feature) != features.end();
}

Result<Manifest> parse_manifest(const std::string& text, const fs::path& directory, std::optional<Wall> wall,
                                const std::string& profile) {
  fs::path file = (directory / kManifestName).lexically_normal();
  auto document = parse_toml(text, file);
  if (!document) return std::unexpected(document.error());
  Manifest manifest;
  manifest.directory = fs::absolute(directory).lexically_normal();
  if (!manifest.directory.has_filename()) manifest.directory = manifest.directory.parent_path();
  manifest.file = manifest.directory / kManifestName;

  Faults faults(file.string());
  Table root(*document, "", faults);
  read_version(root);
  read_appliance(root, manifest);
  read_platform(root, manifest);
  const bool other_wall = wall && *wall != manifest.wall;
  if (other_wall) manifest.wall = *wall;  // now, since what follows asks for it
  if (!profile.empty()) manifest.profile = profile;
  read_restart(root, manifest);
  read_application(root, manifest);
  read_files(root, manifest);
  read_network(root, manifest);
  read_log(root, manifest);
  read_volumes(root, manifest);
  read_metadata(root, manifest);
  read_keys(root, manifest);
  read_slots(root, manifest);
  read_run(root, manifest);
  read_features(root, manifest);
  read_drivers(root, manifest);
  read_memory(root, manifest);
  read_threads(root, manifest);
  root.finish();
  if (faults.first()) return std::unexpected(*faults.first());
  manifest.image = image_name(manifest, other_wall);
  return manifest;
}

/// What runs itself on Linux has a standard input: the console's device reads it, also where hv's console is written
/// to.
static void give_standard_input(Manifest& manifest) {
  const bool may = manifest.calls & call_bit(Call::notify);
  const std::string console = class_name(DeviceKind::console);
  const bool has = std::ranges::find(manifest.devices, console) != manifest.devices.end();
  if (!runs_on_linux(manifest.wall) || !may || has) return;
  manifest.only_input = true;
  const std::uint64_t before = dma_needed(manifest);
  manifest.devices.push_back(console);
  std::ranges::sort(manifest.devices);
  manifest.memory.dma += dma_needed(manifest) - before;
}

fs::path project_folder(const fs::path& project) { return split_wall(project).directory; }

fs::path behind_wall(const fs::path& directory, std::optional<Wall> wall) {
  return wall ? fs::path(fmt::format("{}@{}", directory.string(), wall_name(*wall))) : directory;
}

Result<std::optional<Wall>> asked_wall(std::string_view name) {
  if (name.empty()) return std::nullopt;
  if (auto wall = wall_of(name)) return wall;
  return fail(fmt::format("There is no wall \"{}\".", name), "the walls are " + join(wall_names(), ", ") + ".");
}

Result<Manifest> load_manifest(const fs::path& project, const std::string& profile) {
  const auto [directory, named] = split_wall(project);
  fs::path file = directory / kManifestName;
  std::error_code error;
  if (!fs::is_directory(directory, error)) return fail(fmt::format("There is no folder {}.", directory.string()));
  // Meson takes projects as a list of texts, in which these have a meaning.
  if (fs::absolute(directory).string().find_first_of(",\\\t\n\r") != std::string::npos)
    return fail(fmt::format("The path {:?} holds a comma, a backslash, a tab or a line break.",
                            fs::absolute(directory).lexically_normal().string()),
                "Meson can't build there: move or rename the folder.");
  if (!fs::exists(file, error)) {
    return fail(fmt::format("{} has no {}.", directory.string(), kManifestName),
                "`wick new NAME` makes a project to start from.");
  }
  auto text = read_file(file);
  if (!text) return std::unexpected(text.error());
  auto wall = asked_wall(named);
  if (!wall) return std::unexpected(wall.error());
  auto manifest = parse_manifest(*text, directory, *wall, profile);
  if (manifest) give_standard_input(*manifest);
  return manifest;
}

}  // namespace wick::tool
