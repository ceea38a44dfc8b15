// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// [threads]: how threads share the processor.

#include <fmt/format.h>

#include "base/text.h"
#include "manifest/sections.h"
#include "manifest/values.h"

namespace wick::tool {

void read_threads(Table& root, Manifest& manifest) {
  auto section = root.table("threads");
  if (!section) return;
  if (auto text = section->string("slice")) {
    constexpr std::uint64_t kMost = 1000;
    const auto slice = parse_duration(text->value);
    if (slice && *slice <= kMost)
      manifest.slice = *slice;
    else
      section->faults().add(text->place,
                            fmt::format("threads.slice \"{}\" is not a time of at most a second.", text->value),
                            "write for example \"10ms\", or \"0ms\" for threads that run until they wait.");
  }
  section->finish();
}

}  // namespace wick::tool
