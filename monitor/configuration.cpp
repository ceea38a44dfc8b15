// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/configuration.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "abi/settings.h"
#include "monitor/base/sentence.h"

namespace wick::monitor {
namespace {

/// Nothing when there is no name.
Outcome read_file(const char* name, std::string& to) {
  if (!*name) return {};
  const int file = open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return sentence("the configuration block %s can't be opened: %s", name, std::strerror(errno));
  to.resize(kMaxConfigurationBytes + 1);
  const auto got = read(file, to.data(), to.size());
  close(file);
  if (got < 0 || got == static_cast<ssize_t>(to.size()))
    return sentence("the configuration block %s can't be read or is over %zu bytes", name, kMaxConfigurationBytes);
  to.resize(static_cast<std::size_t>(got));
  return {};
}

std::string_view key_of(std::string_view line) { return line.substr(0, line.find('=')); }

}  // namespace

std::expected<std::string, std::string> make_configuration(const Options& options) {
  std::string file, all;
  if (auto done = read_file(options.configuration.c_str(), file); !done) return std::unexpected(done.error());
  const auto given = [&](std::string_view key) {
    return std::ranges::any_of(options.settings, [&](const auto& line) { return key_of(line) == key; });
  };
  std::size_t lines = 0;
  const auto add = [&](std::string_view line) {
    all.append(line).append("\n");
    lines += line.contains('=');
  };
  for (std::size_t at = 0; at < file.size();) {
    const auto end = std::min(file.find('\n', at), file.size());
    const std::string_view line = std::string_view(file).substr(at, end - at);
    at = end + 1;
    if (!given(key_of(line))) add(line);
  }
  for (const auto& line : options.settings) add(line);
  if (all.size() > kMaxConfigurationBytes)
    return sentence("arguments, variables and the configuration block have %zu bytes, and more than %zu don't fit",
                    all.size(), kMaxConfigurationBytes);
  if (lines > kMaxGivenSettings)
    return sentence("arguments, variables and the configuration block are %zu settings, and more than %u don't fit",
                    lines, kMaxGivenSettings);
  return all;
}

}  // namespace wick::monitor
