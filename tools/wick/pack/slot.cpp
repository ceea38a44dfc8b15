// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/slot.h"

#include <fmt/format.h>

#include <cstring>

#include "abi/host/checksum.h"
#include "abi/settings.h"
#include "base/stored.h"
#include "base/text.h"
#include "boot/payload/slot_state.h"

namespace wick::tool {
namespace {

static_assert(boot::kMaxArgumentBytes == kMaxCommandLineBytes);
constexpr std::size_t kModuleAlignment = 16;

void fill_up(std::string& text, std::size_t alignment) {
  text.resize((text.size() + alignment - 1) / alignment * alignment);
}

}  // namespace

Result<std::string> slot_bytes(const Elf& elf, const ImageFacts& facts, const std::string& command_line,
                               std::string_view block) {
  // A stage that has chosen among two slots says so behind it.
  const std::size_t most = boot::kMaxArgumentBytes - 1 - (facts.has_slots() ? boot::kStartedBytes : 0);
  if (command_line.size() > most)
    return fail(fmt::format("The boot line has {} characters, and an image takes {}.", command_line.size(), most),
                "put settings into a configuration block, --config.");
  if (block.size() > kMaxConfigurationBytes)
    return fail(fmt::format("The configuration block has {} bytes, and an image takes {}.", block.size(),
                            kMaxConfigurationBytes));
  if (facts.image_end > boot::kFirstGib)
    return fail(fmt::format("{} takes memory up to {}, and a boot stage reaches 1 GiB.", facts.name,
                            human_size(facts.image_end)),
                "take large arrays from the heap, at run time.");
  std::string payload(elf.bytes());
  fill_up(payload, kModuleAlignment);
  boot::SlotHeader header{};
  header.magic = boot::kSlotMagic;
  header.version = boot::kSlotVersion;
  header.module_at = payload.size();
  payload += block;
  header.payload_bytes = payload.size();
  header.payload_checksum = crc32c(payload);
  header.memory_end = facts.image_end;
  header.release = facts.slots_release;
  std::memcpy(header.arguments, command_line.data(), command_line.size());
  header.checksum = crc32c(view_of(header));
  fill_up(payload, boot::kSectorBytes);
  return std::string(view_of(header)) + payload;
}

}  // namespace wick::tool
