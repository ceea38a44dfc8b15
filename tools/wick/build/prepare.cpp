// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/prepare.h"

#include <fmt/format.h>

#include "base/process.h"
#include "base/terminal.h"
#include "base/text.h"
#include "build/foreign.h"
#include "build/tree.h"

namespace wick::tool {
namespace {

/// By the script that the launcher also uses for what every image is made of.
Result<void> fetch(const fs::path& root, const Upstream& from) {
  std::error_code error;
  if (fs::is_directory(from.folder, error)) return {};
  if (auto fine = check_writable(from.folder); !fine) return fine;
  remark(fmt::format("fetching the sources of {}", from.name));
  auto done = capture_program(
      {"python3", (root / "tools/fetch_deps.py").string(), "--unpack", from.folder.string(), from.wrap.string()},
      {.merge_errors = true});
  if (!done) return std::unexpected(done.error());
  if (done->exit_code == 0) return {};
  return fail(fmt::format("The sources of {} can't be fetched.", from.name), std::string(trim(done->output)));
}

}  // namespace

Result<void> prepare_project(const fs::path& project, const std::string& profile) {
  auto root = toolkit_root();
  if (!root) return std::unexpected(root.error());
  const Before before = needed_before(project, profile);
  for (const Upstream& from : before.upstream) {
    if (auto done = fetch(*root, from); !done) return done;
  }
  if (!before.build) return {};
  return run_foreign_build(*root, *before.build, before.name, before.profile);
}

}  // namespace wick::tool
