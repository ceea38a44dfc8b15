// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A bundle's config.json, as anybody may have written it, for wick-runtime: refused in a sentence, or what comes of it
// starts the appliance and nothing else, in the bundle's root file system. The seed is a whole one, small.
#include <cstdlib>

#include "translate.h"

using namespace wick::runtime;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const Json& config, bool is_entry) {
  const fs::path bundle = "/run/bundle";
  const auto rootfs = rootfs_of(config, bundle);
  if (!rootfs) return;
  require(is_straight(rootfs->string()));
  Appliance appliance;
  appliance.path = "/app.appliance";
  appliance.is_entry = is_entry;
  appliance.image.memory = 16 << 20;
  appliance.image.ports = {"80/tcp"};
  appliance.image.devices = {"network"};
  const auto given = texts_at(config, {"process", "args"});
  const auto made = translate(config, appliance, {1, bundle, *rootfs});
  if (!made) return require(!made.error().sentence.empty());
  const auto words = texts_at(*made, {"process", "args"});
  require(words && words->front() == appliance.path && words->size() >= given->size());
  for (std::size_t i = 1; i + given->size() < words->size(); ++i)
    require((*words)[i].starts_with("--") && !(*words)[i].contains('\n'));
  require(text_at(*made, {"root", "path"}) == rootfs->string());
  require(read_json(made->dump(), "again").has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto config = parse_config({reinterpret_cast<const char*>(data), size}, "config.json");
  if (!config) return require(!config.error().sentence.empty()), 0;
  require(read_json(move_out(*config, {{}, "/run/bundle", "/run/bundle/rootfs"}).dump(), "moved").has_value());
  check(*config, true);
  check(*config, false);
  return 0;
}
