// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Hands the guest what hv has read for it, in memory that the guest may read.

#include "devices/handed.h"

#include "machine/service.h"

namespace wick::hv {
namespace {

WICK_REGISTERED("services")
constexpr Service registered = {"handed", [](Boot&, DeviceTable&, DevicePage&) { return handed; }};

}  // namespace
}  // namespace wick::hv
