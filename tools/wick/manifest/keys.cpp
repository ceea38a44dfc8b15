// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [keys]: what the application calls the private keys that the key service has for it.

#include <fmt/format.h>

#include <algorithm>

#include "abi/call.h"
#include "abi/key.h"
#include "manifest/sections.h"

namespace wick::tool {
namespace {

bool is_key_name(std::string_view text) {
  auto fine = [](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() < kKeyNameBytes && std::ranges::all_of(text, fine);
}

}  // namespace

void read_keys(Table& root, Manifest& manifest) {
  auto section = root.table("keys");
  if (!section) return;
  for (const auto& name : section->strings("names")) {
    if (!is_key_name(name.value)) {
      section->faults().add(name.place, fmt::format("keys.names has \"{}\", which is no name of a key.", name.value),
                            "use 1 to 31 letters, digits, dashes and underscores.");
    } else if (std::ranges::find(manifest.keys, name.value) != manifest.keys.end()) {
      section->faults().add(name.place, fmt::format("keys.names has \"{}\" twice.", name.value), "remove one of them.");
    }
    manifest.keys.push_back(name.value);
  }
  if (manifest.keys.size() > kMaxKeys) {
    section->faults().add(
        section->place_of_key("names"),
        fmt::format("keys.names has {} names; a key service has at most {}.", manifest.keys.size(), kMaxKeys),
        "remove some.");
  }
  if (!(manifest.calls & call_bit(Call::notify))) {
    section->faults().add(section->place(), "[keys] needs the call notify, which platform.calls lacks.",
                          "add \"notify\" to platform.calls.");
  }
  manifest.has_keys = true;
  section->finish();
}

}  // namespace wick::tool
