// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "manifest/calls.h"

#include <algorithm>
#include <iterator>

#include "abi/host/names.h"

namespace wick::tool {

const std::vector<std::string>& call_names() {
  static const std::vector<std::string> kNames(std::begin(kCallNames), std::end(kCallNames));
  return kNames;
}

std::optional<Call> call_named(std::string_view name) {
  auto found = std::ranges::find(call_names(), name);
  if (found == call_names().end()) return {};
  return static_cast<Call>(found - call_names().begin());
}

std::string call_name(Call call) { return call_names()[static_cast<std::size_t>(call)]; }

std::vector<std::string> call_list(std::uint64_t bitmap) {
  std::vector<std::string> list;
  for (std::uint32_t i = 0; i < kCallCount; ++i) {
    if (bitmap & call_bit(static_cast<Call>(i))) list.push_back(call_names()[i]);
  }
  return list;
}

}  // namespace wick::tool
