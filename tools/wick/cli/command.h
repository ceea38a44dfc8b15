// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A command of `wick`: its words, its options as members, and what it does. Options are declared through Syntax, so
// that only one file knows the option parser.

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace wick::tool {

/// Where a command declares its options. Names as "-p,--publish"; an argument's name without dashes.
class Syntax {
 public:
  virtual ~Syntax() = default;
  virtual void flag(const std::string& names, bool& to, const std::string& help) = 0;
  virtual void option(const std::string& names, std::string& to, const std::string& help, const std::string& value) = 0;
  virtual void options(const std::string& names, std::vector<std::string>& to, const std::string& help,
                       const std::string& value) = 0;
  /// An option whose value may be left out; `fallback` stands for it then.
  virtual void optional_value(const std::string& names, std::string& to, const std::string& help,
                              const std::string& value, const std::string& fallback) = 0;
  virtual void argument(const std::string& name, std::string& to, const std::string& help, bool required = true) = 0;
  virtual void arguments(const std::string& name, std::vector<std::string>& to, const std::string& help) = 0;
};

class Command {
 public:
  virtual ~Command() = default;
  virtual std::string name() const = 0;  ///< one word, or two where several commands share the first
  virtual std::string summary() const = 0;
  virtual std::string example() const = 0;
  virtual bool hidden() const { return false; }  ///< called by the build, not by people
  virtual void describe(Syntax& syntax) = 0;
  virtual Result<int> run() = 0;  ///< @return the exit code
};

using Commands = std::vector<std::unique_ptr<Command>>;

/// Every command, in the order of `wick --help`.
Commands all_commands();

/// Parses the command line and runs the command that it names. @return the process's exit code
int run_command_line(const Commands& commands, int argc, char** argv);

}  // namespace wick::tool
