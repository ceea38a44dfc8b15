// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Text of an assembly file that holds data. Nothing in it depends on the machine, the time or the order in which a
// folder happens to be listed: equal input gives equal bytes.

#include <cstdint>
#include <string>
#include <string_view>

namespace wick::tool {

class Assembly {
 public:
  explicit Assembly(std::string_view purpose);

  /// A section of its own for `symbol`, so that an unused one is not linked.
  void section(std::string_view name, std::string_view flags, std::string_view type, unsigned align);
  void global(std::string_view symbol);
  void label(std::string_view symbol);
  void size(std::string_view symbol);  ///< marks the end of the object
  void word(std::uint32_t value);
  void quad(std::uint64_t value);
  void quad(std::string_view symbol);
  void text(std::string_view bytes);  ///< without NUL
  void text_with_nul(std::string_view bytes);
  void include(std::string_view file);  ///< the bytes of a file
  void align(unsigned bytes);

  /// The finished file. @note the stack stays non-executable
  std::string finish() &&;

 private:
  std::string out_;
};

}  // namespace wick::tool
