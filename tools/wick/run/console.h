// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The appliance's console on its way to the user: passed on as it comes, but for what is meant for the runner: the exit
// line and crash records (abi/console.h). What only begins as one of them, or never ends, is plain text.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace wick::tool {

class Console {
 public:
  using Sink = std::function<void(std::string_view)>;

  /// @param verbose also pass on what is meant for the runner  @param crashed is given each crash block as it ends
  Console(Sink sink, bool verbose, Sink crashed = {})
      : sink_(std::move(sink)), crashed_(std::move(crashed)), verbose_(verbose) {}

  void feed(std::string_view bytes);
  void finish();  ///< no more bytes: passes on what was held back

  std::optional<unsigned> exit_code() const { return exit_code_; }
  const std::string& crash() const { return crash_; }  ///< the last crash block, unless the guest was restarted

 private:
  void add(char c, std::string& pass);
  void end_line();
  bool take_for_record();
  bool take_exit_code();
  void end_record();
  std::string give_up_record();
  bool may_be_ours() const;

  Sink sink_, crashed_;
  bool verbose_;
  std::string line_;      ///< of the present line, what is held back
  bool passing_ = false;  ///< the present line is known not to be ours
  bool in_crash_ = false;
  std::string record_;  ///< so far
  unsigned record_lines_ = 0;
  std::string crash_;
  std::optional<unsigned> exit_code_;
};

}  // namespace wick::tool
