// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [metadata]: where the appliance looks at boot for data of its instance.

#include <fmt/format.h>

#include <algorithm>

#include "abi/call.h"
#include "manifest/sections.h"

namespace wick::tool {

void read_metadata(Table& root, Manifest& manifest) {
  auto section = root.table("metadata");
  if (!section) return;
  constexpr std::string_view kNoCloud = "nocloud";
  for (const auto& source : section->strings("sources")) {
    if (source.value != kNoCloud) {
      section->faults().add(source.place, fmt::format("metadata.sources has \"{}\", which is no source.", source.value),
                            "there is \"nocloud\".");
    } else if (std::ranges::find(manifest.metadata, source.value) != manifest.metadata.end()) {
      section->faults().add(source.place, fmt::format("metadata.sources has \"{}\" twice.", source.value),
                            "remove one of them.");
    }
    manifest.metadata.push_back(source.value);
  }
  if (auto required = section->boolean("required")) {
    manifest.metadata_required = *required;
    if (*required && manifest.metadata.empty()) {
      section->faults().add(required->place, "metadata.required asks for data, yet metadata.sources names no source.",
                            "add sources = [\"nocloud\"], or remove the key.");
    }
  }
  if (!manifest.metadata.empty() && !(manifest.calls & call_bit(Call::notify))) {
    section->faults().add(section->place(), "[metadata] needs the call notify, which platform.calls lacks.",
                          "add \"notify\" to platform.calls.");
  }
  section->finish();
}

}  // namespace wick::tool
