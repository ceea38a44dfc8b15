// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [restart]: what hv does when the guest has died behind a wall.

#include <fmt/format.h>

#include <algorithm>

#include "abi/types.h"
#include "base/text.h"
#include "manifest/sections.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

void read_duration(Table& section, const std::string& key, std::uint64_t& to) {
  auto text = section.string(key);
  if (!text) return;
  auto value = parse_duration(text->value);
  if (value)
    to = *value;
  else
    section.faults().add(text->place, fmt::format("restart.{} \"{}\" is not a time.", key, text->value),
                         "write a number with ms, s or m behind it, for example \"10s\".");
}

}  // namespace

void read_restart(Table& root, Manifest& manifest) {
  auto section = root.table("restart");
  if (!section) return;
  Restart& restart = manifest.restart;
  if (auto policy = section->string("policy")) {
    const std::vector<std::string> known{"halt", "restart", "restore"};
    restart.policy = policy->value;
    if (std::ranges::find(known, restart.policy) == known.end())
      section->faults().add(policy->place, fmt::format("restart.policy has no value \"{}\".", restart.policy),
                            "it may be " + join(known, ", ") + ".");
    else if (restart.policy != "halt" && manifest.wall == Wall::none)
      section->faults().add(policy->place, "Behind wall \"none\" nobody is left to restart the guest.",
                            "choose another platform.wall, or policy = \"halt\".");
  }
  if (auto checkpoint = section->string("checkpoint")) {
    restart.checkpoint = checkpoint->value;
    if (restart.checkpoint != "first" && restart.checkpoint != "last")
      section->faults().add(checkpoint->place,
                            fmt::format("restart.checkpoint has no value \"{}\".", restart.checkpoint),
                            "it may be first, last.");
    else if (restart.checkpoint != "first" && restart.policy != "restore")
      section->faults().add(checkpoint->place, "Restarts return to no checkpoint with this restart.policy.",
                            "write policy = \"restore\", or leave checkpoint out.");
  }
  if (auto most = section->integer("max", 1, 1'000'000)) restart.most = static_cast<std::uint32_t>(most->value);
  read_duration(*section, "window", restart.window);
  read_duration(*section, "delay", restart.delay);
  if (auto reserve = section->string("reserve")) {
    auto size = parse_size(reserve->value);
    if (size && *size % kPage == 0)
      restart.reserve = *size;
    else
      section->faults().add(reserve->place,
                            fmt::format("restart.reserve \"{}\" is not a whole number of 4 KiB pages.", reserve->value),
                            "write for example \"8M\".");
  }
  section->finish();
}

}  // namespace wick::tool
