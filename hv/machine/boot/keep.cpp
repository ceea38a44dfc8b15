// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Brings what the loader left into safety: it may stand anywhere in RAM, right behind the image too, where page tables
// and the heap are about to be.

#include "abi/settings.h"
#include "arch/paging.h"
#include "machine/boot/loaders.h"

namespace wick::hv {
namespace {

constexpr std::uint64_t kFirstGib = 1ull << 30;
char command_line[kMaxCommandLineBytes];
alignas(8) std::uint8_t root_pointer[36];  // ACPI 6.5, §5.2.5.3
[[gnu::section(".bss.hv.read_only")]] alignas(kPage) char configuration[kMaxConfigurationBytes];

}  // namespace

Status keep_loader_data(Boot& boot) {
  if (boot.command_line.size() > kMaxCommandLineBytes || boot.module.length > kMaxConfigurationBytes)
    return Status::no_memory;
  __builtin_memcpy(command_line, boot.command_line.data(), boot.command_line.size());
  boot.command_line = {command_line, boot.command_line.size()};
  if (raw(boot.rsdp) && (boot.interfaces & static_cast<std::uint32_t>(Interface::multiboot2))) {
    // multiboot2 hands over a copy of its own.
    __builtin_memcpy(root_pointer, reinterpret_cast<const void*>(raw(boot.rsdp)), sizeof root_pointer);
    boot.rsdp = Gpa{reinterpret_cast<std::uint64_t>(root_pointer)};
  }
  if (boot.module.length) {
    // QEMU puts it at the top of RAM, beyond what boot.S has mapped.
    if (raw(boot.module.start) + boot.module.length > kFirstGib &&
        !map_memory(boot.module.start, boot.module.length, Rights::read_write))
      return Status::no_memory;
    __builtin_memcpy(configuration, reinterpret_cast<const void*>(raw(boot.module.start)), boot.module.length);
    // It may hold a secret, and become the guest's heap.
    __builtin_memset(reinterpret_cast<void*>(raw(boot.module.start)), 0, boot.module.length);
    boot.module.start = Gpa{reinterpret_cast<std::uint64_t>(configuration)};
  }
  return Status::ok;
}

}  // namespace wick::hv
