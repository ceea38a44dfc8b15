// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// One line of text put together without a format string and without a heap. Who has no console of hv's names a sink.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abi/console.h"

namespace wick::hv {

/// Takes text for good: it is whole when the call returns.
using Sink = void (*)(std::string_view text);

struct Hex {
  std::uint64_t value;
};

/// Collects one line and hands it over whole. What is over the buffer's size is cut.
class Line {
 public:
  explicit Line(Sink sink) : sink_(sink) {}
  Line& add(std::string_view words);
  Line& add(Hex number);
  Line& add(std::uint64_t number);  ///< in decimal
  void end();                       ///< adds the newline

 private:
  Sink sink_;
  std::size_t used_ = 0;
  char buffer_[console_line::kMaxLineBytes];
};

/// A line of these parts.
template <typename... Parts>
void print_line(Sink sink, const Parts&... parts) {
  Line line(sink);
  (line.add(parts), ...);
  line.end();
}

}  // namespace wick::hv
