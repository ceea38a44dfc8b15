// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/prepare.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/process.h"
#include "base/terminal.h"
#include "base/text.h"
#include "build/foreign.h"
#include "build/tree.h"
#include "manifest/upstream.h"

namespace wick::tool {
namespace {

/// By the script that the launcher also uses for what every image is made of.
Result<void> fetch_by(const fs::path& root, const std::string& name, const Arguments& what) {
  remark(fmt::format("fetching the sources of {}", name));
  Arguments command{"python3", (root / "tools/fetch_deps.py").string()};
  command.insert(command.end(), what.begin(), what.end());
  auto done = capture_program(command, {.merge_errors = true});
  if (!done) return std::unexpected(done.error());
  if (done->exit_code == 0) return {};
  return fail(fmt::format("The sources of {} can't be fetched.", name), std::string(trim(done->output)));
}

Result<void> fetch(const fs::path& root, const Upstream& from) {
  std::error_code error;
  if (fs::is_directory(from.folder, error)) return {};
  if (auto fine = check_writable(from.folder); !fine) return fine;
  return fetch_by(root, from.name, {"--unpack", from.folder.string(), from.wrap.string()});
}

/// The archive of a package that not every image is made of; empty for others.
fs::path archive_of(const fs::path& root, const std::string& package) {
  std::error_code error;
  for (const auto& wrap : fs::directory_iterator(root / "subprojects", error)) {
    if (wrap.path().extension() != ".wrap") continue;
    const std::string text = read_file(wrap.path()).value_or("");
    if (text.contains("\n" + package + " = ") && wrap_value(text, "fetch") == "asked")
      return root / "subprojects/packagecache" / wrap_value(text, "source_filename");
  }
  return {};
}

/// Puts it where Meson looks for it.
Result<void> fetch_package(const fs::path& root, const std::string& package) {
  const fs::path archive = archive_of(root, package);
  std::error_code error;
  if (archive.empty() || fs::exists(archive, error)) return {};
  if (auto fine = check_writable(archive); !fine) return fine;
  return fetch_by(root, package, {"--package", package});
}

}  // namespace

bool fetches_sources(const fs::path& root, const fs::path& project) {
  const Before before = needed_before(project);
  return !before.upstream.empty() || std::ranges::any_of(before.packages, [&](const std::string& package) {
    return !archive_of(root, package).empty();
  });
}

Result<void> prepare_project(const fs::path& project, const std::string& profile) {
  auto root = toolkit_root();
  if (!root) return std::unexpected(root.error());
  const Before before = needed_before(project, profile);
  for (const Upstream& from : before.upstream) {
    if (auto done = fetch(*root, from); !done) return done;
  }
  for (const std::string& name : before.packages) {
    if (auto done = fetch_package(*root, name); !done) return done;
  }
  if (!before.build) return {};
  return run_foreign_build(*root, *before.build, before.name, before.profile);
}

}  // namespace wick::tool
