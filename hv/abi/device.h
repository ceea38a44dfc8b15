// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A device as hv hands it to a driver: register windows already mapped, events already routed. Finding devices,
// PCI configuration space and interrupt controllers are hv's business; a driver starts from this entry.

#include "abi/types.h"

namespace wick {

enum class Bus : std::uint16_t {
  virtio_mmio = 1,  ///< window 0: the register file (virtio 1.2 §4.2.2)
  virtio_pci = 2,   ///< windows in VirtioPciWindow order (virtio 1.2 §4.1.4)
  page = 4,         ///< served by hv: window 0 is a DevicePage (abi/device_page.h), ordinary memory
  pci = 5,          ///< a plain PCI function: window n is BAR n as far as its driver needs it
  // From 256 on: a bus of one family of drivers, whose folder says what its windows are.
};

/// Order of `windows` for Bus::virtio_pci.
enum class VirtioPciWindow : unsigned { common = 0, notify = 1, isr = 2, device = 3 };

/// What the device is; for virtio buses the virtio device id (virtio 1.2 §5). The key service (abi/key.h) is none of
/// virtio's: on their buses nothing has its number.
enum class DeviceKind : uint16_t { none, network, block, console, entropy, balloon, share = 9, vsock = 19, key = 4096 };

struct DeviceWindow {
  Gpa start;
  std::uint64_t length;
};
static_assert(sizeof(DeviceWindow) == 16);

inline constexpr unsigned kDeviceWindows = 4;
inline constexpr unsigned kDeviceEvents = 4;

struct DeviceEntry {
  Bus bus;
  DeviceKind kind;
  std::uint8_t event_count : 7;        ///< 1: one for all; more: one for each queue, the first for configuration
  std::uint8_t by_line : 1;            ///< pci: the event is a line, asserted until the driver takes its cause away
  std::uint8_t events[kDeviceEvents];  ///< event numbers of the event page
  std::uint8_t class_code[3];          ///< pci: interface, subclass and class, in the order of configuration space
  union {
    std::uint32_t notify_multiplier;  ///< virtio_pci: bytes between the doorbells of two queues
    std::uint32_t identity;           ///< pci: vendor in the low half, device in the high one
    std::uint32_t number;             ///< from bus 256 on: tells the other side (drivers::Notify)
  };
  DeviceWindow windows[kDeviceWindows];
};
static_assert(offsetof(DeviceEntry, notify_multiplier) == 12);
static_assert(offsetof(DeviceEntry, windows) == 16);
static_assert(sizeof(DeviceEntry) == 80);

}  // namespace wick
