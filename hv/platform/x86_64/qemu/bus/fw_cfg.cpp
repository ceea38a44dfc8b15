// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// QEMU's fw_cfg device (QEMU docs/specs/fw_cfg): hv reads the files that are meant for the guest at boot, as the guest
// has no instruction for ports. Linked when the manifest asks for their data, without a wall only.

#include "arch/instructions.h"
#include "devices/finder.h"
#include "fw_cfg/bus.h"
#include "platform/platform.h"

namespace wick::hv {
namespace {

using namespace drivers::fw_cfg;

constexpr std::uint16_t kSelector = 0x510, kData = 0x511;
enum class Item : std::uint16_t { signature = 0, directory = 0x19 };

/// Its numbers are big-endian.
struct File {
  std::uint32_t bytes;
  std::uint16_t item;
  std::uint16_t reserved;
  char name[56];
};
static_assert(sizeof(File) == 64);

constexpr std::uint32_t kMostFiles = 1024;  ///< QEMU has tens

char contents[kFiles][kMaxFileBytes];

void select(Item item) { port_out(kSelector, static_cast<std::uint16_t>(item)); }

void read(void* to, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) static_cast<char*>(to)[i] = static_cast<char>(port_in<std::uint8_t>(kData));
}

bool is_there() {
  if (platform->id != Hypervisor::kvm && platform->id != Hypervisor::tcg) return false;
  char signature[4];
  select(Item::signature);
  read(signature, sizeof signature);
  return std::string_view(signature, sizeof signature) == "QEMU";
}

/// Which of the wanted ones it is; kFiles: none.
std::size_t number_of(const File& file) {
  std::size_t length = 0;
  while (length < sizeof file.name && file.name[length]) ++length;
  const std::string_view name(file.name, length);
  std::size_t number = 0;
  while (number < kFiles && kNames[number] != name) ++number;
  return number;
}

void find(Boot& boot) {
  if (!is_there()) return;
  DeviceEntry device{};
  device.bus = kBus;
  Item items[kFiles]{};
  std::uint32_t count;
  select(Item::directory);
  read(&count, sizeof count);
  count = __builtin_bswap32(count);
  for (std::uint32_t i = 0; i < count && i < kMostFiles; ++i) {
    File file;
    read(&file, sizeof file);
    const std::size_t number = number_of(file);
    if (number == kFiles) continue;
    items[number] = Item{__builtin_bswap16(file.item)};
    device.windows[number].length = __builtin_bswap32(file.bytes);
  }
  bool any = false;
  for (std::size_t i = 0; i < kFiles; ++i) {
    DeviceWindow& window = device.windows[i];
    if (items[i] == Item::signature) continue;
    any = true;
    if (window.length > kMaxFileBytes) continue;
    select(items[i]);
    read(contents[i], window.length);
    window.start = gpa_of(contents[i]);
  }
  if (any) boot.add(device);
}

WICK_REGISTERED("finders") constexpr Finder finder = {find, nullptr};

}  // namespace
}  // namespace wick::hv
