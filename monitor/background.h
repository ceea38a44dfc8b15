// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A detached appliance: a process in the background, with its console in a file, and a state file by which `wick ps`,
// `wick stop` and `wick logs` find it. No daemon: the files are all there is.

#include <string>
#include <vector>

#include "abi/bootinfo.h"
#include "monitor/base/sentence.h"

namespace wick::monitor {

/// Forks. The caller goes on in the child; the parent waits until announce() or the child's end, says which, and ends.
/// @param name of the log file  @return what is wrong in one sentence
Outcome go_to_background(const std::string& name);

/// In the child, once the guest can run: writes the state file and lets the parent end.
Outcome announce(const std::string& name, Wall wall, const std::vector<std::string>& publish);

/// In the child: where the control socket is to be; empty without a background.
std::string control_path();

/// In the child, when it can't start: the parent tells the sentence. @return false when there is no parent to do so
bool give_up(const std::string& why);

}  // namespace wick::monitor
