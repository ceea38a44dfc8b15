// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The PVH boot protocol (Xen public/arch-x86/hvm/start_info.h, docs/misc/pvh.pandoc): what QEMU's -kernel, Xen and
// Cloud Hypervisor speak.

#include "machine/boot/loaders.h"

namespace wick::hv {
namespace {

struct StartInfo {
  std::uint32_t magic;  ///< 0x336ec578
  std::uint32_t version;
  std::uint32_t flags;
  std::uint32_t module_count;
  std::uint64_t modules;
  std::uint64_t command_line;
  std::uint64_t rsdp;
  std::uint64_t memory_map;  ///< from version 1 on; Xen starts a dom0 with version 0
  std::uint32_t memory_map_entries;
  std::uint32_t reserved;
};
static_assert(sizeof(StartInfo) == 56);

struct Module {
  std::uint64_t start, length, command_line, reserved;
};
static_assert(sizeof(Module) == 32);

constexpr std::uint32_t kStartMagic = 0x336ec578;
constexpr std::uint32_t kInitialDomain = 1u << 1;

Status read(std::uint32_t, Gpa information, Boot& boot) {
  const auto& start = *at<StartInfo>(raw(information));
  if (start.magic != kStartMagic) return Status::bad_argument;
  boot.initial_domain = start.flags & kInitialDomain;
  boot.rsdp = Gpa{start.rsdp};
  if (start.command_line) boot.command_line = at<char>(start.command_line);
  if (start.module_count) {
    const auto& module = *at<Module>(start.modules);
    boot.module = {Gpa{module.start}, module.length};
  }
  if (start.version == 0) return Status::ok;  // the platform knows the memory map
  for (std::uint32_t i = 0; i < start.memory_map_entries; ++i) add_ram(boot, at<MapEntry>(start.memory_map)[i]);
  return Status::ok;
}

// Asked first: PVH leaves EAX undefined, but signs its structure.
WICK_REGISTERED("loaders.1") constexpr Loader loader = {Interface::pvh, read};

}  // namespace
}  // namespace wick::hv
