// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The command line that engines use for runtimes: runc's. What isn't known here is refused rather than passed on, since
// an option may move what this program has checked.

#include <span>

#include "base/file.h"
#include "base/process.h"

namespace wick::runtime {

using tool::fail;
using tool::Result;
namespace fs = std::filesystem;

struct CommandLine {
  fs::path root;           ///< where the state of all containers lies
  fs::path log;            ///< empty: standard error alone
  bool json_log = false;   ///< how engines read it
  tool::Arguments passed;  ///< options for who does the work, in front of the command
  std::string command;
  tool::Arguments words;  ///< behind the command
};

/// Fills in what it has understood, also when it fails: a fault wants to be logged where it was asked to be.
Result<void> read_command_line(std::span<char* const> words, CommandLine& line);

/// What `create` and `run` are told.
struct Creation {
  fs::path bundle = ".";
  unsigned preserved = 0;  ///< files behind the standard ones that stay open for the container's process
  tool::Arguments passed;  ///< options for who does the work, behind the command
  std::string id;
};
Result<Creation> read_creation(const tool::Arguments& words);

/// What `exec` is told. Whose rights the process is to have is nobody's matter: none is started.
struct Execution {
  std::string id;
  tool::Arguments words;
  bool detach = false;
  fs::path process, pid_file, console_socket;  ///< empty: there is none
};
Result<Execution> read_execution(const tool::Arguments& words);

/// Of a command about one container that is handed over as it is: the container's name, behind options that runc has
/// for that command. Behind the name nothing stands unless `more` is allowed.
Result<std::string> read_name(std::string_view command, const tool::Arguments& words, bool more);

/// What `list` is told.
struct Listing {
  bool json = false, quiet = false;
};
Result<Listing> read_listing(const tool::Arguments& words);

/// A container's name becomes part of paths and stands on command lines.
Result<std::string> read_id(std::string_view text);

}  // namespace wick::runtime
