// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The appliance's console on its way to the user: passed on as it comes, but for the two things that are meant for the
// runner: the exit line and the crash block.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace wick::tool {

class Console {
 public:
  using Sink = std::function<void(std::string_view)>;

  /// @param verbose also pass on what is meant for the runner
  Console(Sink sink, bool verbose) : sink_(std::move(sink)), verbose_(verbose) {}

  void feed(std::string_view bytes);
  void finish();  ///< no more bytes: passes on what was held back

  std::optional<unsigned> exit_code() const { return exit_code_; }
  const std::string& crash() const { return crash_; }  ///< the crash block; empty without one

 private:
  void end_line();
  bool may_be_ours() const;

  Sink sink_;
  bool verbose_;
  std::string line_;      ///< of the present line, what is held back
  bool passing_ = false;  ///< the present line is known not to be ours
  bool in_crash_ = false;
  std::string crash_;
  std::optional<unsigned> exit_code_;
};

}  // namespace wick::tool
