// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Appliances that go on in the background. There is no daemon: each writes a state file and its console into the user's
// runtime folder, and is known to live by its process id together with the time when that process began.

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"

namespace wick::tool {

struct Instance {
  int pid = 0;
  std::uint64_t start = 0;  ///< of the process, in the kernel's ticks since it booted: field 22 of /proc/PID/stat
  std::string name, image, wall;
  std::int64_t started = 0;  ///< seconds since 1970
  std::vector<std::string> publish;
  fs::path log;
};

/// As appliances choose it (monitor/background.cpp): $XDG_RUNTIME_DIR/wick, /run/user/UID/wick without that
/// variable, /tmp/wick-UID where such a folder is missing.
fs::path runtime_folder();

/// The content of a state file, key=value lines. Fails on one that isn't whole.
Result<Instance> parse_instance(const std::string& text);

/// @return 0 when there is no such process, or it has ended and only its parent hasn't noticed
std::uint64_t start_of_process(int pid);

/// Those that live, oldest first. State files of others are removed, and their consoles a day after the last word.
Result<std::vector<Instance>> instances(const fs::path& folder = runtime_folder());

/// The one that the user means. @param word a name or a process id
Result<Instance> find_instance(const std::string& word, const std::vector<Instance>& all);

/// All that the user means. @param word as above, or the beginning of names and a star: "http-*"
Result<std::vector<Instance>> find_instances(const std::string& word, const std::vector<Instance>& all);

/// "12 s", "5 min", "3 h 20 min", "4 days"
std::string uptime_text(std::int64_t seconds);

}  // namespace wick::tool
