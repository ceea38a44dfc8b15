// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/command_line.h"

#include <fmt/format.h>

namespace wick::tool {
namespace {

/// Tells hv to end QEMU through its debug-exit device, which every machine of ours has.
constexpr std::string_view kExitPort = "wick.exit_port=0x501";

Result<void> add(std::string& line, std::string_view key, const std::string& value) {
  if (value.find_first_of("\"\n\r") != std::string::npos) {
    return fail(
        fmt::format("The value {} holds a double quote or a line break, which the command line cannot carry.", value),
        "give it in a configuration block: --config FILE.");
  }
  bool blank = value.empty() || value.find_first_of(" \t") != std::string::npos;
  line += blank ? fmt::format(" {}=\"{}\"", key, value) : fmt::format(" {}={}", key, value);
  return {};
}

}  // namespace

Result<std::string> kernel_command_line(const BootSettings& settings) {
  std::string line(kExitPort);
  for (const std::string& argument : settings.arguments) {
    if (auto done = add(line, "arg", argument); !done) return std::unexpected(done.error());
  }
  for (const std::string& variable : settings.environment) {
    std::size_t equals = variable.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return fail(fmt::format("\"{}\" is not an environment variable.", variable), "write --env NAME=value.");
    }
    auto done = add(line, "env." + variable.substr(0, equals), variable.substr(equals + 1));
    if (!done) return std::unexpected(done.error());
  }
  if (!settings.append.empty()) line += " " + settings.append;
  return line;
}

}  // namespace wick::tool
