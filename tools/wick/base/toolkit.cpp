// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/toolkit.h"

#include <cstdlib>

namespace wick::tool {

Result<fs::path> toolkit_root() {
  if (const char* root = std::getenv("WICK_ROOT"); root && *root) return fs::path(root);
  std::error_code error;
  for (fs::path at = fs::read_symlink("/proc/self/exe", error); at.has_relative_path(); at = at.parent_path()) {
    if (fs::exists(at / "meson.build", error) && fs::exists(at / "hv/abi/call.h", error)) return at;
  }
  return fail("The toolkit's folder can't be found.", "start wick through the launcher ./wick, or set WICK_ROOT.");
}

}  // namespace wick::tool
