// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a tree of somebody else's sources tells of how it is built: enough for a manifest to start from.

#include <string>
#include <vector>

#include "base/file.h"

namespace wick::tool {

struct SourceTree {
  std::string system;                 ///< "cmake", "meson", "autotools", "make"; empty: plain sources
  std::string evidence;               ///< the file that says so, or the folder of the sources
  std::vector<std::string> programs;  ///< what it makes, as far as its build files tell
  std::vector<std::string> sources;   ///< patterns of plain sources, files with a further main() left out
  std::vector<std::string> includes;
  bool network = false;  ///< a source includes <sys/socket.h>
  bool cpp = false;
};

/// The error says what is missing when nothing in the tree can be built.
Result<SourceTree> look_at_tree(const fs::path& tree);

/// A manifest for it.
/// @param source how the manifest names the tree: "/path", or "demo:." of demo.wrap
std::string port_manifest(const SourceTree& port, const std::string& name, const std::string& source,
                          const std::string& wrap);

}  // namespace wick::tool
