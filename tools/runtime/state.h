// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is kept of containers between two commands, below the folder that --root names: `engine`, which belongs to the
// runtime that does the work, and for each container a folder `bundles/ID` with the configuration that this one gets
// and two links: `bundle` leads to the engine's own bundle, `engine` to the program. No daemon: the files are all there
// is.

#include <vector>

#include "config.h"

namespace wick::runtime {

class Container {
 public:
  Container(const CommandLine& line, const std::string& id);

  const std::string& id() const { return id_; }
  const fs::path& folder() const { return folder_; }  ///< the bundle that the engine is given
  bool exists() const;
  fs::path bundle() const;
  /// The program, its own options and the command, to which words are added.
  tool::Arguments engine(std::string_view command) const;

  Result<void> create(const Json& config, const fs::path& bundle, const fs::path& engine) const;
  /// The pod whose interface the guest has, to give that back.
  Result<void> keep_pod(const fs::path& pod) const;
  /// Forgets it where the engine doesn't know it any more.
  void tidy() const;
  /// What the engine says of it, with the bundle that it was made of. Fails when the engine doesn't know it.
  Result<Json> state() const;

 private:
  fs::path program() const;
  fs::path engine_root() const;

  const CommandLine& line_;
  std::string id_;
  fs::path folder_;
};

/// In the order of their names.
std::vector<Container> all_containers(const CommandLine& line);

/// runc or crun, whichever PATH finds first in this order.
Result<fs::path> find_engine();

}  // namespace wick::runtime
