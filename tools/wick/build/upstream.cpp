// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/upstream.h"

#include <fmt/format.h>

#include "base/process.h"
#include "base/terminal.h"
#include "base/text.h"
#include "build/tree.h"
#include "manifest/manifest.h"

namespace wick::tool {

Result<void> fetch_upstream(const fs::path& project) {
  auto root = toolkit_root();
  if (!root) return std::unexpected(root.error());
  for (const Upstream& from : upstream_of(project)) {
    std::error_code error;
    if (fs::is_directory(from.folder, error)) continue;
    if (auto fine = check_writable(from.folder); !fine) return fine;
    remark(fmt::format("fetching the sources of {}", from.name));
    auto done = capture_program(
        {"python3", (*root / "tools/fetch_deps.py").string(), "--unpack", from.folder.string(), from.wrap.string()},
        {.merge_errors = true});
    if (!done) return std::unexpected(done.error());
    if (done->exit_code != 0)
      return fail(fmt::format("The sources of {} can't be fetched.", from.name), std::string(trim(done->output)));
  }
  return {};
}

}  // namespace wick::tool
