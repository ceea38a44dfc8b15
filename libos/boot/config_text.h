// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two forms in which a configuration layer is written: lines, and the words of a kernel command line. Plain
// functions of text, for config.cpp and for tests on the host.

#include <string_view>

namespace wick::config {

struct Setting {
  std::string_view key, value;
};

/// A line's value is what stands between its equals sign and its end, byte for byte, but for a carriage return before
/// the line feed. A word ends at a blank outside of double quotes, and a value wholly in double quotes loses them.
enum class Form { lines, words };

/// Reads settings one after another; text that is not `key=value` is skipped, and so is what starts with '#'.
class Reader {
 public:
  constexpr Reader(std::string_view text, Form form) : at_(text.data()), end_(text.data() + text.size()), form_(form) {}

  /// @return false at the end
  bool next(Setting& setting);

 private:
  const char* at_;
  const char* end_;
  Form form_;
};

/// Whether `text` begins with `prefix`.
constexpr bool starts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::string_view(text.data(), prefix.size()) == prefix;
}

/// Whether the boot module and the command line may set this key.
bool known_key(std::string_view key);

}  // namespace wick::config
