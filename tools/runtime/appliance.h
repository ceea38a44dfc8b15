// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which file of a container's root file system is its appliance: the program that its process names, or what an
// annotation or the file urunc.json of the image says (pack/container.h).

#include "config.h"
#include "image/facts.h"

namespace wick::runtime {

struct Appliance {
  std::string path;  ///< within the container
  tool::ImageFacts image;
  bool is_entry = false;  ///< the process names it, so that the words behind it are its own options
};

Result<Appliance> find_appliance(const Json& config, const fs::path& rootfs);

}  // namespace wick::runtime
