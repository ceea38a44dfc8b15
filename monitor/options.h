// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the user wants of an appliance: its command line.

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "abi/bootinfo.h"
#include "monitor/devices/device_options.h"

namespace wick::monitor {

struct Options : DeviceOptions {
  std::uint64_t memory = 0;           ///< bytes; 0: the manifest's
  std::string command_line;           ///< words of --append
  std::vector<std::string> settings;  ///< lines of --arg and --env: they win over those of the configuration block
  std::string configuration;          ///< file
  std::optional<Wall> wall;           ///< hosted or process instead of the image's own
  std::string snapshot, restore;      ///< files
  std::string control;                ///< Unix socket
  bool verify = false;                ///< the memory in the file of --restore
  bool detach = false, help = false, version = false;
  unsigned clones = 0;  ///< 0: one appliance, which is none
  std::string name;     ///< of a detached appliance; empty: the image's
};

/// Hands observers (debug/observer.h) theirs. @return what is wrong with the words in one sentence
std::expected<Options, std::string> read_options(std::span<char* const> words);

/// The text of --help. @param program as the user called it
std::string help_text(const char* program);

}  // namespace wick::monitor
