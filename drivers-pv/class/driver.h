// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a driver makes itself known: it puts one Driver into the section below, and whoever brings devices up walks that
// section. Nothing else knows a driver's name, what it is for or what memory it needs.

#include <span>

#include "class/access.h"
#include "class/registered.h"

namespace wick::drivers {

class Balloon;
class Block;
class Console;
class Entropy;
class Network;
class Share;
class Vsock;

/// The device that a probe made, as the class that it has. An adapter may have several disks.
struct Instance {
  static constexpr unsigned kMaxBlocks = 4;

  Network* network = nullptr;
  Block* blocks[kMaxBlocks]{};  ///< those that are there, first
  Console* console = nullptr;
  Entropy* entropy = nullptr;
  Share* share = nullptr;
  Vsock* vsock = nullptr;
  Balloon* balloon = nullptr;
  const char* trouble = "it does not say why";  ///< for the log when the probe failed

  void is(Network& device) { network = &device; }
  void is(Block& device) {
    for (Block*& block : blocks)
      if (!block) return void(block = &device);
  }
  void is(Console& device) { console = &device; }
  void is(Entropy& device) { entropy = &device; }
  void is(Share& device) { share = &device; }
  void is(Vsock& device) { vsock = &device; }
  void is(Balloon& device) { balloon = &device; }
};

/// Devices that a driver is for. Every bus but Bus::pci says itself which class a device has.
struct Match {
  Bus bus;
  std::uint32_t identity = 0;    ///< pci: vendor in the low half, device in the high one; 0: told by the class code.
                                 ///< virtio: a device id that is no class (virtio 1.2 §5)
  std::uint32_t class_code = 0;  ///< pci: class, subclass and interface, a byte each
  std::uint8_t windows = 1;      ///< pci: as many BARs, from the first on, the driver wants to see
  std::uint8_t events = 1;       ///< pci: as many events the driver wants to have; it may get one only
};

struct Driver {
  const char* name;  ///< "family/class"
  DeviceKind kind;
  std::span<const Match> matches;
  /// How much of the DMA pool a device takes at most, whatever stood there before.
  /// @param ring_size as Access has it
  std::uint64_t (*dma_bytes)(std::uint32_t ring_size);
  /// Of a device that matches. @return the status, and on ok the one class filled in
  Status (*probe)(const Access& access, Instance& instance);
};
static_assert(kIsEntry<Driver>);

/// What makes the driver one for this device, told by what its bus says of it: no register is touched. nullptr:
/// nothing.
constexpr const Match* match(const Driver& driver, const DeviceEntry& device) {
  const auto& code = device.class_code;
  const auto class_code = static_cast<std::uint32_t>(code[2] << 16 | code[1] << 8 | code[0]);
  for (const Match& match : driver.matches) {
    if (match.bus != device.bus) continue;
    const std::uint32_t kind = match.identity ? match.identity : static_cast<std::uint32_t>(driver.kind);
    const bool is_it = device.bus != Bus::pci ? static_cast<std::uint32_t>(device.kind) == kind
                       : match.identity       ? match.identity == device.identity
                                              : match.class_code == class_code;
    if (is_it) return &match;
  }
  return nullptr;
}

}  // namespace wick::drivers

/// All that are linked: `WICK_REGISTERED("drivers") constexpr Driver`.
extern "C" const wick::drivers::Driver wick_drivers_start[], wick_drivers_end[];

namespace wick::drivers {

/// The first of those linked that is for the device; nullptr when none is.
inline const Driver* driver_for(const DeviceEntry& device) {
  for (const Driver* driver = wick_drivers_start; driver != wick_drivers_end; ++driver)
    if (match(*driver, device)) return driver;
  return nullptr;
}

}  // namespace wick::drivers
