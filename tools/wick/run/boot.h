// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Starts a machine, or an appliance that runs itself, and stays with it to its end: console out, signals in, time
// limit.

#include <functional>
#include <optional>

#include "base/process.h"
#include "run/console.h"

namespace wick::tool {

enum class Ending {
  by_itself,  ///< the machine stopped
  signal,     ///< the user stopped it
  timeout,
  enough,  ///< `until` said so
};

struct BootResult {
  Ending ending = Ending::by_itself;
  int signal = 0;
  int exit_code = 0;  ///< of the process
};

struct BootOptions {
  double timeout = 0;           ///< seconds; 0: none
  bool empty_input = false;     ///< the console gets no input
  std::function<bool()> until;  ///< asked after each output; true stops the machine
  bool runs_itself = false;     ///< no QEMU: it says what it means, and wants time for an orderly end
};

/// hv ends the machine by the exit port, which QEMU tells in its own exit code: odd, with seven bits of hv's. The
/// console has all of it, and is believed where the two agree: who only printed such a line has not ended so.
/// @return a process's exit code; nothing when the machine has ended in another way
std::optional<int> exit_code_in_qemu(int status, std::optional<unsigned> said);

Result<BootResult> boot_machine(const Arguments& command, Console& console, const BootOptions& options);

}  // namespace wick::tool
