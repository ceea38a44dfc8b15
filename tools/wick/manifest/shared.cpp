// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "manifest/shared.h"

#include <fmt/format.h>

#include "manifest/manifest.h"
#include "manifest/table.h"

namespace wick::tool {

Result<SharedApplication> shared_application(const fs::path& directory, const std::string& name) {
  const fs::path file = (directory / name / kManifestName).lexically_normal();
  auto text = read_file(file);
  if (!text)
    return fail(fmt::format("The folder \"{}\" has no {}.", name, kManifestName),
                "name a project's folder; paths are relative to the folder of wick.toml.");
  auto document = parse_toml(*text, file);
  if (!document) return std::unexpected(document.error());
  const toml::table* application = (*document)["application"].as_table();
  if (!application)
    return fail(fmt::format("The manifest of \"{}\" has no section [application].", name), "name another project.");
  if (application->contains("same_as"))
    return fail(fmt::format("The application of \"{}\" is another project's itself.", name), "name that one.");
  return SharedApplication{file, std::move(*document)};
}

}  // namespace wick::tool
