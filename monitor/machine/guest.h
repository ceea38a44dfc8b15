// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The guest, and what it runs on: all that a debugger sees of an appliance.

#include "guest/life.h"
#include "guest/vcpu.h"
#include "monitor/base/host_clock.h"
#include "monitor/guest/image.h"
#include "monitor/machine/machine.h"

namespace wick::monitor {

struct Guest {
  GuestImage image;
  GuestMemory memory;
  HostClock clock;
  const MachineOperations* machine = nullptr;
  hv::Vcpu vcpu;
  hv::Lives lives;
};

}  // namespace wick::monitor
