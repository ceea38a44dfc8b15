// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What hv has found of this domain's devices and store. All of it but the grant table's place and the events' numbers
// is another when the domain has been suspended and goes on elsewhere (life.h).

#include "platform/x86_64/xen/bus/grant_table.h"
#include "platform/x86_64/xen/events.h"
#include "platform/x86_64/xen/hypercall.h"
#include "xen/bus.h"
#include "xen/store.h"

namespace wick::hv::xen {

struct Domain {
  struct Device {
    drivers::xen::Facts facts;  ///< read by its driver
    unsigned event;             ///< of its event channel
  } devices[kMostGrantDevices];
  unsigned count;
  Gpa store_page;  ///< 0: nobody has asked for it
  Port store_port;
  unsigned store_event;
};

extern Domain domain;

/// A client of the store until drivers have theirs. @return false when the domain was started without one
bool open_store(drivers::xen::Store& store);

/// Gives the device its event channel, and the driver the port.
inline bool bind(Domain::Device& device) {
  Port port;
  if (!bind(device.facts.domain, device.event, port)) return false;
  device.facts.port = static_cast<std::uint32_t>(port);
  return true;
}

/// The page and the event channel that Xen's tools have given the domain.
inline Gpa store_page_now() { return Gpa{parameter(Parameter::store_frame) * kPage}; }

}  // namespace wick::hv::xen
