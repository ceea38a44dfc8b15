// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/slot_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "boot/payload/slot_state.h"
#include "manifest/values.h"

namespace wick::tool {
namespace {

constexpr std::uint64_t kSlotUnit = 4096, kDefaultUnit = 1 << 20;
constexpr std::uint64_t kMostSlotBytes = sizeof(boot::SlotHeader) + boot::kFirstGib;

std::uint64_t in_whole(std::uint64_t bytes, std::uint64_t unit) { return (bytes + unit - 1) / unit * unit; }

}  // namespace

Result<void> can_be_found_good(const ImageFacts& facts) {
  if (facts.has_slots()) return {};
  return fail(
      fmt::format("{} has no [slots] in its wick.toml: nothing would ever find an update to it good.", facts.name),
      "add [slots], with good_after = \"30s\" or a call of wick_health().");
}

Result<DiskContent::Slots> slot_plan(const std::string& count, const std::string& size, const ImageFacts& facts,
                                     std::uint64_t bytes) {
  if (!count.empty() && count != "1" && count != "2")
    return fail(fmt::format("A disk has 1 slot or 2, not \"{}\".", count), "write --slots 2.");
  if (count != "2")
    return size.empty() ? Result<DiskContent::Slots>{}
                        : fail("--slot-size is for a disk with two slots.", "add --slots 2, or leave it out.");
  if (auto fine = can_be_found_good(facts); !fine) return std::unexpected(fine.error());
  const auto wanted = size.empty() ? std::min(in_whole(2 * bytes, kDefaultUnit), kMostSlotBytes) : parse_size(size);
  if (!wanted || *wanted % kSlotUnit != 0 || *wanted > kMostSlotBytes)
    return fail(fmt::format("--slot-size \"{}\" is no multiple of 4 KiB up to 1 GiB.", size), "write for example 8M.");
  if (*wanted < bytes)
    return fail(
        fmt::format("{} takes {}, and a slot would have {}.", facts.name, human_size(bytes), human_size(*wanted)),
        "make --slot-size larger.");
  return DiskContent::Slots{boot::kSlots, *wanted, facts.slots_release};
}

}  // namespace wick::tool
