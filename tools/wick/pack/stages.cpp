// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/stages.h"

#include <algorithm>

extern "C" {
extern const char wick_bios_second[], wick_bios_second_end[], wick_bios_second_signed[], wick_bios_second_signed_end[];
extern const char wick_uefi[], wick_uefi_end[], wick_uefi_signed[], wick_uefi_signed_end[];
}

namespace wick::tool {
namespace {

std::string with_key(std::string stage, const PublicKey& key) {
  std::ranges::copy(key, stage.begin() + static_cast<std::ptrdiff_t>(stage.find(boot::kKeyPlace)));
  return stage;
}

}  // namespace

std::string second_stage(const PublicKey* trusted) {
  return trusted ? with_key({wick_bios_second_signed, wick_bios_second_signed_end}, *trusted)
                 : std::string(wick_bios_second, wick_bios_second_end);
}

std::string uefi_stage(const PublicKey* trusted) {
  return trusted ? with_key({wick_uefi_signed, wick_uefi_signed_end}, *trusted) : std::string(wick_uefi, wick_uefi_end);
}

}  // namespace wick::tool
