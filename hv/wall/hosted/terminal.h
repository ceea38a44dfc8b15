// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The guest's console device: this process's standard input and output.

#include "class/console.h"

namespace wick::hosted {

class Terminal final : public drivers::Console {
 public:
  /// Whether input is to be waited for: not after its end.
  bool open() const { return open_; }
  /// Standard input has something: read() may look.
  void readable() { readable_ = true; }

  std::size_t write(std::span<const std::uint8_t> bytes) override;
  std::size_t read(std::span<std::uint8_t> to) override;
  bool ended() const override { return !open_; }
  bool drained() override { return true; }
  EventMask events() const override { return EventMask{0}; }

 private:
  bool open_ = true, readable_ = false;
};

/// All bytes to standard output. Nobody may be reading: then they are lost.
void write_output(const void* bytes, std::size_t count);

}  // namespace wick::hosted
