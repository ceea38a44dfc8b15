// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/identity.h"

#include "arch/instructions.h"
#include "arch/paging.h"
#include "arch/random.h"
#include "machine/boot_info.h"
#include "platform/platform.h"

namespace wick::hv {
namespace {

/// The payload of the first entry with that tag. @return nullptr when there is none
std::uint8_t* find_entry(std::uint8_t* page, BootTag tag, std::uint32_t& length) {
  for (std::uint8_t* at = page + sizeof(BootInfo);;) {
    BootEntry entry;
    __builtin_memcpy(&entry, at, sizeof entry);
    if (entry.tag == BootTag::end && tag != BootTag::end) return nullptr;
    at += sizeof entry;
    length = entry.length;
    if (entry.tag == tag) return at;
    at += (entry.length + 7) & ~7u;
  }
}

/// Without RDRAND there is the time, which no other copy on this machine goes on at.
std::uint64_t fresh_word() {
  const auto random = hardware_random();
  return ok(random.status) ? random.value : raw(read_tsc()) ^ platform->wall_clock();
}

}  // namespace

void renew_identity() {
  auto* const page = reinterpret_cast<std::uint8_t*>(const_cast<BootInfo*>(boot_info()));
  std::uint32_t length = 0;
  PlatformEntry about;
  __builtin_memcpy(&about, find_entry(page, BootTag::platform, length), sizeof about);
  const bool read_only = about.wall == Wall::none;  // to hv as well
  if (read_only) (void)set_own_writable(gpa_of(page), kPage, true);
  const std::uint64_t copy = fresh_word();
  __builtin_memcpy(find_entry(page, BootTag::generation, length), &copy, sizeof copy);
  std::uint8_t* const seed = find_entry(page, BootTag::seed, length);
  for (std::uint32_t i = 0; seed && i + sizeof copy <= length; i += sizeof copy) {
    const std::uint64_t word = fresh_word();
    __builtin_memcpy(seed + i, &word, sizeof word);
  }
  if (read_only) (void)set_own_writable(gpa_of(page), kPage, false);
}

}  // namespace wick::hv
