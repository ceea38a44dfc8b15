// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The few keys that must be known before the files exist that the others name. Faults are load_manifest's to tell.

#include "manifest/foreign.h"
#include "manifest/shared.h"
#include "manifest/upstream.h"

namespace wick::tool {

Before needed_before(const fs::path& project, const std::string& profile) {
  Manifest manifest;
  manifest.directory = fs::absolute(project_folder(project)).lexically_normal();
  if (!manifest.directory.has_filename()) manifest.directory = manifest.directory.parent_path();
  auto text = read_file(manifest.directory / kManifestName);
  if (!text) return {};
  toml::table document;
  try {
    document = toml::parse(*text);
  } catch (const toml::parse_error&) {
    return {};
  }
  Faults upstream_faults(""), build_faults("");
  manifest.profile = profile.empty() ? document["profile"].value_or(std::string{"cloud"}) : profile;
  Before before{document["appliance"]["name"].value_or(std::string{}), manifest.profile, {}, {}, {}};
  const toml::table* application = document["application"].as_table();
  if (!application) return before;
  if (const auto same = (*application)["same_as"].value<std::string>()) {
    auto shared = shared_application(manifest.directory, *same);
    if (!shared) return before;
    document = std::move(shared->document);
    application = document["application"].as_table();
    manifest.directory = shared->file.parent_path();
  }
  Table table(*application, "application", upstream_faults);
  read_upstream(table, manifest, Missing::is_fine);
  before.upstream = manifest.application.upstream;
  for (const auto& entry : table.strings("packages")) before.packages.push_back(entry.value);
  Table rest(*application, "application", build_faults);
  read_foreign(rest, manifest);
  // A source that is still to be fetched isn't there yet; the system is what nothing can be done without.
  if (manifest.application.build && !manifest.application.build->system.empty())
    before.build = std::move(manifest.application.build);
  return before;
}

}  // namespace wick::tool
