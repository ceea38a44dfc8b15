// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What `wick serve` is to serve: one appliance of the command line, or those of a file.

#include <string>
#include <vector>

#include "abi/host/forward.h"
#include "base/file.h"

namespace wick::tool {

/// How clients reach an appliance.
struct Entrance {
  Forward forward;   ///< guest_port 0: the first that its manifest names
  std::string host;  ///< of those that share the port; empty: the port is its own
};

struct Service {
  std::string image;  ///< a project's folder, or an image
  std::string name;   ///< empty: the image's
  std::vector<Entrance> entrances;
  unsigned copies = 1;  ///< each behind ports of its own, one after the other
};

constexpr unsigned kMostCopies = 10'000;

/// "8080", "8080:80", "0.0.0.0:8080:80".
Result<Forward> parse_listen(const std::string& text);

/// A number from 1 on. @param what it counts, for the sentence
Result<unsigned> parse_count(const std::string& text, const std::string& what, unsigned most);

/// serve.toml. Images are relative to its folder.
Result<std::vector<Service>> read_services(const fs::path& file);

/// Each copy has its own, counted from 1.
std::string name_of(const Service& service, unsigned copy);

/// Refuses what can't be: names that are none, names and ports that are there twice, a port that is shared at two
/// addresses.
Result<void> check_services(const std::vector<Service>& services);

}  // namespace wick::tool
