// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The 64-bit boot protocol of Linux (Documentation/arch/x86/boot.rst §1.14, zero-page.rst): what Firecracker and others
// speak who start an ELF file at its own entry.

#include "machine/boot/loaders.h"

namespace wick::hv {
namespace {

constexpr std::uint32_t kSignature = 0x53726448;  // "HdrS"; boot.S has it as this entry's magic, too

// Fields of struct boot_params: by offset, since few of its 4096 bytes are of use here.
constexpr unsigned kRsdpAt = 0x070, kEntriesAt = 0x1e8, kSignatureAt = 0x202, kMapAt = 0x2d0;
constexpr unsigned kModuleAt = 0x218, kModuleSizeAt = 0x21c, kCommandLineAt = 0x228;
constexpr unsigned kModuleHighAt = 0x0c0, kModuleSizeHighAt = 0x0c4, kCommandLineHighAt = 0x0c8;
constexpr unsigned kEntryBytes = 20, kMostEntries = 128;

Status read(std::uint32_t magic, Gpa information, Boot& boot) {
  const auto word = [&](unsigned offset) {
    std::uint32_t value;
    __builtin_memcpy(&value, at<char>(raw(information) + offset), sizeof value);
    return value;
  };
  const auto wide = [&](unsigned low, unsigned high) { return std::uint64_t{word(high)} << 32 | word(low); };
  const unsigned entries = *at<std::uint8_t>(raw(information) + kEntriesAt);
  if (magic != kSignature || word(kSignatureAt) != kSignature || entries > kMostEntries) return Status::bad_argument;
  boot.rsdp = Gpa{wide(kRsdpAt, kRsdpAt + 4)};
  if (const auto line = wide(kCommandLineAt, kCommandLineHighAt)) boot.command_line = at<char>(line);
  boot.module = {Gpa{wide(kModuleAt, kModuleHighAt)}, wide(kModuleSizeAt, kModuleSizeHighAt)};
  for (unsigned entry = kMapAt; entry != kMapAt + entries * kEntryBytes; entry += kEntryBytes)
    add_ram(boot, {wide(entry, entry + 4), wide(entry + 8, entry + 12), word(entry + 16), 0});
  return Status::ok;
}

WICK_REGISTERED("loaders.3") constexpr Loader loader = {Interface::linux_boot, read};

}  // namespace
}  // namespace wick::hv
