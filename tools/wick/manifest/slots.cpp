// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [slots]: what the appliance does on a disk with two slots, which it is started from.

#include <fmt/format.h>

#include <limits>

#include "abi/call.h"
#include "manifest/sections.h"
#include "manifest/values.h"

namespace wick::tool {

void read_slots(Table& root, Manifest& manifest) {
  auto section = root.table("slots");
  if (!section) return;
  Slots& slots = manifest.slots.emplace();
  if (auto release = section->integer("release", 0, std::numeric_limits<std::int64_t>::max()))
    slots.release = static_cast<std::uint64_t>(release->value);
  if (auto text = section->string("good_after")) {
    const auto time = parse_duration(text->value);
    slots.good_after = time.value_or(0);
    if (!slots.good_after)
      section->faults().add(text->place, fmt::format("slots.good_after \"{}\" is not a time.", text->value),
                            "write a number with ms, s or m behind it, for example \"30s\".");
  }
  if (auto update = section->boolean("update")) slots.update = *update;
  if (!(manifest.calls & call_bit(Call::notify)))
    section->faults().add(section->place(), "[slots] needs the call notify, which platform.calls lacks.",
                          "add \"notify\" to platform.calls.");
  section->finish();
}

}  // namespace wick::tool
