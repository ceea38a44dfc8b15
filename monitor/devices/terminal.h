// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The guest's console device: this process's standard input and output.

#include <string_view>

#include "class/console.h"

namespace wick::monitor {

class Terminal final : public drivers::Console {
 public:
  /// Whether input is to be waited for: the guest has asked for more than there was, and it has not ended.
  bool waits() const { return open_ && waits_; }
  /// Standard input has something: read() may look.
  void readable() {
    readable_ = true;
    waits_ = false;
  }

  std::size_t write(std::span<const std::uint8_t> bytes) override;
  std::size_t read(std::span<std::uint8_t> to) override;
  bool ended() const override { return !open_; }
  bool drained() override { return true; }
  EventMask events() const override { return EventMask{0}; }

 private:
  bool open_ = true, waits_ = false, readable_ = false;
};

// All bytes go to standard output. Nobody may be reading: then they are lost.

/// What the guest says, by call or by device: none of its lines passes for one of the monitor's (abi/console.h).
void write_guests(std::string_view text);
/// Whole lines of the monitor's own.
void write_own(std::string_view text);
/// Nothing follows.
void finish_output();

}  // namespace wick::monitor
