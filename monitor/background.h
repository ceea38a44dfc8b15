// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A detached appliance: a process in the background, with its console in a file, and a state file by which `wick ps`,
// `wick stop` and `wick logs` find it. No daemon: the files are all there is.

#include <sys/types.h>

#include <expected>
#include <string>
#include <vector>

#include "abi/bootinfo.h"
#include "monitor/base/sentence.h"

namespace wick::monitor {

/// Forks. The caller goes on in the child; the parent waits until announce() or the child's end, says which, and ends.
/// @param name of the log file  @return what is wrong in one sentence
Outcome go_to_background(const std::string& name);

/// A process in the background, as the one that has started it knows it.
struct Detached {
  pid_t process;  ///< 0: this is it
  int report;     ///< what hear_of() waits for
};

enum class Clone : bool { no, yes };

/// Forks. A child that can't have its console ends. @param clone it dies with us until announce(), which writes its
/// name and process id to our standard output
std::expected<Detached, std::string> fork_to_background(const std::string& name, Clone clone);
/// Waits until it can run. @return what is wrong with it in one sentence
Outcome hear_of(const Detached& child);

/// In the child, once the guest can run: writes the state file and lets the parent end.
Outcome announce(const std::string& name, Wall wall, const std::vector<std::string>& publish);

/// In the child: where the control socket is to be; empty without a background.
std::string control_path();

/// In the child, when it can't start: the parent tells the sentence. @return false when there is no parent to do so
bool give_up(const std::string& why);

}  // namespace wick::monitor
