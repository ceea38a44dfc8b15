// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The runtime configuration: `key=value` texts in four layers, of which the later wins: baked into the image by the
// manifest, the instance's data where the image looks for it, the block given as boot module, the kernel command line.
// Nothing is copied or allocated: values are views of the texts, which stay for as long as the machine runs.

#include <cstdint>
#include <string_view>

namespace wick::config {

/// The value of `key` in the highest layer that has it (its first there); "" when none has.
std::string_view get(std::string_view key);

/// As get(), as a decimal number; `otherwise` when absent or not a number.
std::uint64_t get_number(std::string_view key, std::uint64_t otherwise);

/// Calls `visit(key, value)` for each setting whose key starts with `prefix`, lowest layer first, in the order of
/// the text. A key given in a higher layer hides all of its values in lower ones, so that a repeated key (`arg`)
/// is replaced as a list.
using Visit = void (*)(void* context, std::string_view key, std::string_view value);
void for_each(std::string_view prefix, Visit visit, void* context);

template <typename Function>
void for_each(std::string_view prefix, Function&& function) {
  using Plain = std::remove_reference_t<Function>;
  for_each(
      prefix,
      [](void* context, std::string_view key, std::string_view value) { (*static_cast<Plain*>(context))(key, value); },
      const_cast<void*>(static_cast<const void*>(&function)));
}

}  // namespace wick::config
