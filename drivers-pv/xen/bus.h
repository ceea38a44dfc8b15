// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The bus of Xen's para-virtual devices, as hv's finder and this family agree on it. hv has mapped the grant table and
// the store's page and bound an event channel to an event; connecting to the back end is the driver's.

#include "abi/device.h"

namespace wick::drivers::xen {

inline constexpr Bus kBus{257};

/// Order of a device's windows.
enum class Window : unsigned {
  grants = 0,  ///< the entries of the grant table that are this device's own
  store = 1,   ///< the page that is shared with XenStore's daemon (StorePage)
  facts = 2,   ///< Facts
};

/// Order of a device's events.
enum class EventOf : unsigned { back_end = 0, store = 1 };

/// Grant entries of a device.
inline constexpr unsigned kGrantShare = 400;

/// What hv has found out about a device and arranged for it.
struct Facts {
  std::uint32_t handle;       ///< the device's number in its folder of the store
  std::uint32_t port;         ///< of the event channel that waits for the back end
  std::uint32_t first_grant;  ///< the reference of the first of its grant entries
  std::uint16_t domain;       ///< where its back end is
  /// Another number each time that the domain has gone on elsewhere. Then nothing is granted any more, nobody knows the
  /// device's rings, and the port is another one.
  std::uint16_t life;
  char name[24];    ///< of a disk, NUL-terminated: a volume's serial
  char layout[16];  ///< what the store calls the layout that this processor gives structures
};
static_assert(sizeof(Facts) == 56);

/// Numbers for Access::notify: of a device, this one plus its port; of the store, this one alone. The latter rings the
/// daemon and returns when it has rung back, or after 10 ms: drivers have no clock, and connecting is a dialogue.
inline constexpr std::uint32_t kNumbers = 0x58450000;

/// Numbers for Access::notify, too: what the tools want of the whole domain, which is hv's to do.
enum class Wish : std::uint32_t {
  power_off = 0x58460000,  ///< sets Event::shutdown: the program shall end in order
  reboot,                  ///< the same, and Xen's tools start the domain again
  /// Returns when the domain goes on. ok: elsewhere, with new facts and a store that has forgotten it; any other
  /// status: it was called off, and all is as it was.
  suspend,
};

}  // namespace wick::drivers::xen
