// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The calls of the contract by name, as manifests, notes and `wick inspect` write them.

#include <optional>
#include <string>
#include <vector>

#include "abi/call.h"

namespace wick::tool {

const std::vector<std::string>& call_names();  ///< in the order of their numbers
std::optional<Call> call_named(std::string_view name);
std::string call_name(Call call);

/// What a manifest without platform.calls allows.
inline constexpr std::uint64_t kDefaultCalls = call_bit(Call::exit) | call_bit(Call::console) | call_bit(Call::yield) |
                                               call_bit(Call::notify) | call_bit(Call::wall_clock) |
                                               call_bit(Call::entropy) | call_bit(Call::seal);

/// The names of the calls in a bitmap.
std::vector<std::string> call_list(std::uint64_t bitmap);

}  // namespace wick::tool
