// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How hv serves a class of devices: one constant object a class, linked into the images that ask for it. What serves a
// class that an image doesn't have is no part of its privileged code.

#include "backend/device_table.h"
#include "base/boot.h"
#include "class/driver.h"
#include "class/room.h"

namespace wick::hv {

/// Devices of a class at most: of all three, and what services have, there is a place for each in the table.
inline constexpr unsigned kMostOfAKind = 2;
static_assert(3 * kMostOfAKind + 2 <= DeviceTable::kMax);

/// Where the devices that a guest gets are listed.
struct Offers {
  Boot& boot;
  DeviceTable& table;
  DevicePage* pages;

  /// Serves `device` by the next back end that `room` has, if there is one left.
  template <typename Room, typename Device>
  void add(Room& room, Device& device) const {
    if (room.full()) return;
    auto& backend = room.make();
    room.keep();
    boot.devices.add(table.start(backend, device, pages[table.count()]));
  }
};

struct ServedClass {
  DeviceKind kind;
  std::uint32_t most;  ///< devices of it
  void (*offer)(const drivers::Instance& instance, const Offers& offers);
  /// Another guest begins. May be null, as the next one.
  void (*forget_guest)() = nullptr;
  /// Whether the guest has begun a line of text on a device of the class.
  bool (*within_line)() = nullptr;
};
static_assert(drivers::kIsEntry<ServedClass>);

/// All that are linked: `WICK_REGISTERED("classes") constexpr ServedClass`.
extern "C" const ServedClass hv_classes_start[], hv_classes_end[];

}  // namespace wick::hv
