// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [metadata]: where the appliance looks at boot for data of its instance. Sources are known by the build's list, so a
// new one is named nowhere here.

#include <fmt/format.h>

#include <algorithm>

#include "abi/call.h"
#include "base/text.h"
#include "manifest/sections.h"

namespace wick::tool {
namespace {

constexpr std::string_view kDisk = "disk", kFamily = "family", kFirmware = "firmware", kService = "service";

/// Of all that there are: libos/metadata/sources.
std::vector<MetadataSource> all_sources() {
  std::vector<MetadataSource> all;
  for (const std::string& known : split(WICK_METADATA_SOURCES, ',')) {
    const std::size_t colon = known.find(':');
    all.push_back({known.substr(0, colon), known.substr(colon + 1)});
  }
  return all;
}

struct Lack {
  std::string why, hint;
};

/// @return why a source can't be asked; no words: it can
Lack lack_of(const MetadataSource& source, const Manifest& manifest) {
  if (source.kind == kFirmware && manifest.wall != Wall::none)
    return {fmt::format("which hv reads without a wall only, yet the wall is {}", wall_name(manifest.wall)),
            "choose platform.wall = \"none\", or remove the source."};
  if (source.takes_drivers() && runs_on_linux(manifest.wall))
    return {fmt::format("whose devices aren't there behind wall {}", wall_name(manifest.wall)),
            "choose platform.wall = \"none\" or \"ring\", or remove the source."};
  if (source.kind != kService || (manifest.network && manifest.network->ipv4 != "off")) return {};
  return {fmt::format("which is asked over IPv4, yet {}",
                      manifest.network ? "network.ipv4 is \"off\"" : "there is no [network]"),
          "give the appliance a network with IPv4, or remove the source."};
}

void add_source(Table& section, Manifest& manifest, const Located<std::string>& name) {
  const auto all = all_sources();
  const auto source = std::ranges::find(all, name.value, &MetadataSource::name);
  if (source == all.end()) {
    std::vector<std::string> names;
    for (const MetadataSource& known : all) names.push_back(known.name);
    const auto meant = nearest(name.value, names);
    section.faults().add(name.place, fmt::format("metadata.sources has \"{}\", which is no source.", name.value),
                         meant ? fmt::format("did you mean \"{}\"?", *meant) : "there are " + join(names, ", ") + ".");
  } else if (std::ranges::find(manifest.metadata, name.value, &MetadataSource::name) != manifest.metadata.end()) {
    section.faults().add(name.place, fmt::format("metadata.sources has \"{}\" twice.", name.value),
                         "remove one of them.");
  } else if (const Lack lack = lack_of(*source, manifest); !lack.why.empty()) {
    section.faults().add(name.place, fmt::format("metadata.sources has \"{}\", {}.", name.value, lack.why), lack.hint);
  } else {
    manifest.metadata.push_back(*source);
  }
}

}  // namespace

bool MetadataSource::takes_drivers() const { return kind == kFamily; }

bool Manifest::looks_at_disks() const {
  return std::ranges::find(metadata, kDisk, &MetadataSource::kind) != metadata.end();
}

void read_metadata(Table& root, Manifest& manifest) {
  auto section = root.table("metadata");
  if (!section) return;
  const auto sources = section->strings("sources");
  for (const auto& source : sources) add_source(*section, manifest, source);
  if (auto required = section->boolean("required")) {
    manifest.metadata_required = *required;
    if (*required && sources.empty()) {
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
