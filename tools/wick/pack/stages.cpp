// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/stages.h"

#include <algorithm>
#include <cstring>

extern "C" {
extern const char wick_bios_first[], wick_bios_first_end[];
extern const char wick_bios_second[], wick_bios_second_end[], wick_bios_second_signed[], wick_bios_second_signed_end[];
extern const char wick_uefi[], wick_uefi_end[], wick_uefi_signed[], wick_uefi_signed_end[];
}

namespace wick::tool {
namespace {

/// The end of the first stage (boot/bios/mbr.S): what it asks the BIOS to read (EDD-3, §8.1).
struct [[gnu::packed]] Packet {
  std::uint8_t bytes, reserved;
  std::uint16_t count, offset, segment;
  std::uint64_t first;
};
static_assert(sizeof(Packet) == 16);

std::string with_key(std::string stage, const PublicKey& key) {
  std::ranges::copy(key, stage.begin() + static_cast<std::ptrdiff_t>(stage.find(boot::kKeyPlace)));
  return stage;
}

}  // namespace

std::string first_stage(std::uint64_t first, std::uint16_t count) {
  std::string code(wick_bios_first, wick_bios_first_end);
  Packet packet;
  char* at = code.data() + code.size() - sizeof packet;
  std::memcpy(&packet, at, sizeof packet);
  packet.count = count;
  packet.first = first;
  std::memcpy(at, &packet, sizeof packet);
  return code;
}

std::string second_stage(const PublicKey* trusted) {
  return trusted ? with_key({wick_bios_second_signed, wick_bios_second_signed_end}, *trusted)
                 : std::string(wick_bios_second, wick_bios_second_end);
}

std::string uefi_stage(const PublicKey* trusted) {
  return trusted ? with_key({wick_uefi_signed, wick_uefi_signed_end}, *trusted) : std::string(wick_uefi, wick_uefi_end);
}

}  // namespace wick::tool
