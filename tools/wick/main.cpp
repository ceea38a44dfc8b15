// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick: the command line of the toolkit. Everything happens in commands/; this only starts it.

#include <csignal>

#include "cli/command.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  auto commands = wick::tool::all_commands();
  return wick::tool::run_command_line(commands, argc, argv);
}
