// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Running other programs: always an argument list, never a shell.

#include <string>
#include <vector>

#include "base/file.h"

namespace wick::tool {

using Arguments = std::vector<std::string>;

struct Finished {
  int exit_code = 0;   ///< 128 + signal when a signal ended it, as a shell would say
  std::string output;  ///< standard output, and standard error where `merge_errors` asked for it
};

struct Capture {
  bool merge_errors = false;
  fs::path directory = {};
};

/// Runs to the end with this process's own terminal. @return the exit code
Result<int> run_program(const Arguments& arguments, const fs::path& directory = {});

/// Runs to the end and collects what it prints; standard input is empty.
Result<Finished> capture_program(const Arguments& arguments, const Capture& how = {});

/// Where PATH finds `program`; empty when it does not.
fs::path find_program(const std::string& program);

/// A program started with its standard output on a pipe that the caller reads. It gets SIGTERM should the caller die.
struct Child {
  int pid = -1;
  int output = -1;
  int errors = -1;  ///< likewise standard error, with Errors::pipe
};

/// Where standard error goes: to ours, to the pipe of standard output, to a pipe of its own.
enum class Errors { pass, merge, pipe };

/// Whether what a terminal's keys ask of us is asked of the program, too.
enum class Keys : bool { for_both, for_us };

Result<Child> start_program(const Arguments& arguments, bool empty_input, Errors errors, const fs::path& directory = {},
                            Keys keys = Keys::for_both);

/// With this process's own terminal, for who does something meanwhile.
Result<Child> start_program(const Arguments& arguments);

/// Waits for the end. @return exit code as in Finished
int wait_program(const Child& child);

/// The same, and collects what it prints until then.
Finished finish_program(const Child& child);

std::string command_line(const Arguments& arguments);

}  // namespace wick::tool
