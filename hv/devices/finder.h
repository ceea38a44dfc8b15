// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Buses find devices, and drivers drive them. A bus is a folder that puts one Finder into a section of the image; hv
// asks each, once the platform has said what of the machine is the guest's. A finder only lists: bus, class or
// identity, windows that are mapped, events that are routed.

#include "base/boot.h"
#include "class/registered.h"

namespace wick::hv {

class PciFunction;

struct alignas(16) Finder {
  void (*find)(Boot& boot);
  /// Access::notify for devices of this bus; nullptr: they have registers instead.
  /// @return unsupported when it has given no device that number
  Status (*notify)(std::uint32_t number);
  /// Of a bus whose devices are on PCI as well: adds the function if it is one of them, and no other's.
  /// @return whether it is
  bool (*adopt)(const PciFunction& function, Boot& boot) = nullptr;
};
static_assert(drivers::kIsEntry<Finder>);

/// All that are linked: `WICK_REGISTERED("finders") constexpr Finder`.
extern "C" const Finder hv_finders_start[], hv_finders_end[];

/// Tells the other side of the device that a bus gave `number`. @return unsupported when none did
inline Status notify_device(std::uint32_t number) {
  for (const auto* finder = hv_finders_start; finder != hv_finders_end; ++finder)
    if (finder->notify && ok(finder->notify(number))) return Status::ok;
  return Status::unsupported;
}

}  // namespace wick::hv
