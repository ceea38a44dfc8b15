// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// From what the user asks of `wick run` to what is started: QEMU's machine or the appliance's own command line. What
// can't be is refused here, in a sentence, before anything starts.

#include "build/target.h"
#include "run/machine.h"
#include "run/options.h"
#include "run/vmm.h"

namespace wick::tool {

/// @param accelerator_reason why KVM or TCG, as half a sentence
Result<Machine> describe_machine(RunOptions& options, const Target& target, std::string& accelerator_reason);

/// An appliance that runs itself.
struct NativeRun {
  Arguments command;  ///< without the ports that lead to it
  std::vector<Forward> forwards;

  /// All words of its command line.
  Arguments words() const;
};
Result<NativeRun> describe_native(const RunOptions& options, const Target& target, Wall wall);

/// What isatty() is to tell in the appliance (libos/fs/console_file.h), as a word of its command line.
std::string terminals(bool has_input);

/// What becomes of input that is piped into an appliance under QEMU, which hands on its bytes, but not its end.
/// @param file  standard input
/// @return one sentence, empty for a terminal and where nothing has been piped
std::string input_remark(const std::string& name, bool has_console, int file);

/// Seconds of --timeout; 0: none.
Result<double> time_limit(const RunOptions& options);

}  // namespace wick::tool
