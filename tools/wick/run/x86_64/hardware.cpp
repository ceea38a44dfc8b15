// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/hardware.h"

namespace wick::tool {
namespace {

constexpr Hardware kHardware[] = {
    {.name = "microvm",
     .machine = "microvm,acpi=off,pic=off,pit=off,rtc=on,x-option-roms=off",
     .has_pci = false,
     .boots_discs = false},
    {.name = "q35", .machine = "q35", .has_pci = true, .boots_discs = true},
};

}  // namespace

ExitDevice exit_device() { return {"isa-debug-exit,iobase=0x501,iosize=4", "wick.exit_port=0x501"}; }

std::span<const Hardware> hardware() { return kHardware; }

}  // namespace wick::tool
