// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// An appliance that runs itself on Linux as a container's only program: where it lies within, the words that start it,
// and what runtimes for unikernels are told of it (pack/urunc.h).

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/facts.h"
#include "pack/urunc.h"
#include "run/command_line.h"

namespace wick::tool {

struct Container {
  ImageFacts image;
  std::string program;        ///< the appliance's file
  BootSettings settings;      ///< besides its arguments they become part of the command
  std::string configuration;  ///< the configuration block; empty: none

  std::string program_path() const { return "/" + image.name + ".appliance"; }
};

/// Where files that the appliance is given are mounted, each by its own name.
constexpr std::string_view kVolumeFolder = "/volumes", kKeyFolder = "/keys", kVsockPath = "/vsock/socket",
                           kConfigurationPath = "/configuration";

/// The program and its options. What the user adds when a container is made follows, and is more of them.
std::vector<std::string> entry_words(const Container& container);
/// Such options for the arguments of the program within: what a user's own replace.
std::vector<std::string> argument_words(const Container& container);

/// Names and values of urunc's, in plain text.
std::vector<std::pair<std::string_view, std::string>> urunc_facts(const Container& container);
/// The file of these.
std::string urunc_json(const Container& container);

}  // namespace wick::tool
